import { createDispatcher } from '@mcp/dispatcher'
import { isRecord } from '@mcp/protocol'
import type { OperationDescription } from '@mcp/protocol'
import { expect, it } from 'vitest'

import { bearerAuthentication } from '@mcp/http'
import { describeOperations } from './openapi-operations.ts'
import { createTestManager, createTestServer } from '../test-manager.fixture.ts'

async function readDocument(options = {}) {
  const service = createTestManager({
    servers: [createTestServer({ add: { run: () => ({}) }, read: { run: () => ({}) } })],
    ...options,
  })
  const response = await service.call('GET', '/openapi.json', undefined, {
    authorization: 'Bearer secret',
  })
  const document = await response.json()
  await service.close()
  return document
}

/** Returns every `$ref` of a value. */
function referencesOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(referencesOf)
  if (!isRecord(value)) return []
  const own = typeof value['$ref'] === 'string' ? [value['$ref']] : []
  return [...own, ...Object.values(value).flatMap(referencesOf)]
}

function follow(document: unknown, reference: string): unknown {
  return reference
    .split('/')
    .slice(1)
    .reduce<unknown>((at, key) => (isRecord(at) ? at[key] : undefined), document)
}

/** Returns every call that the document describes, such as `GET /sessions`. */
function callsOf(paths: object): string[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.keys(isRecord(item) ? item : {})
      .filter((key) => key !== 'parameters')
      .map((method) => `${method.toUpperCase()} ${path}`),
  )
}

it('describes the HTTP API', async () => {
  const { openapi, paths } = await readDocument()
  expect(openapi).toBe('3.1.0')
  expect(callsOf(paths)).toEqual([
    'POST /sessions',
    'GET /sessions',
    'GET /sessions/{sessionId}',
    'DELETE /sessions/{sessionId}',
    'POST /sessions/{sessionId}/requests',
    'DELETE /sessions/{sessionId}/requests/{requestId}',
    'GET /sessions/{sessionId}/events',
    'POST /sessions/{sessionId}/notifications',
    'POST /sessions/{sessionId}/interactions/{interactionId}',
    'POST /notifications',
    'GET /servers',
    'GET /openapi.json',
    'GET /health',
    'GET /ready',
    'GET /metrics',
  ])
})

it('describes exactly the routes that are served, by the router and by the fast path', async () => {
  const service = createTestManager()
  const { paths } = await (await service.call('GET', '/openapi.json')).json()
  const id = await service.open()
  const documented = callsOf(paths)
  const served: string[] = []
  const fast: string[] = []
  for (const path of Object.keys(paths)) {
    const url = path.replace('{sessionId}', id).replaceAll(/\{\w+\}/g, 'x')
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
      const response = await service.call(method, url, method === 'GET' ? undefined : {})
      const isStream = response.headers.get('content-type')?.includes('event-stream')
      const text = isStream === true ? '' : await response.text()
      if (isStream === true) await response.body?.cancel()
      if (!text.includes('No route for')) served.push(`${method} ${path}`)
      const fastRoute = service.manager.fastRoute(method, url)
      if (fastRoute !== undefined) fast.push(`${method} ${path}`)
    }
  }
  expect(served.toSorted()).toEqual(documented.toSorted())
  expect(fast).toEqual([
    'POST /sessions/{sessionId}/requests',
    'GET /sessions/{sessionId}/events',
    'POST /sessions/{sessionId}/notifications',
  ])
  await service.close()
})

it('contains every schema that it references', async () => {
  const document = await readDocument()
  const references = referencesOf(document)
  expect(references.length).toBeGreaterThan(20)
  for (const reference of references) expect(follow(document, reference)).toBeDefined()
})

it('declares the parameters of each path and the error response of each call', async () => {
  const { paths } = await readDocument()
  for (const [path, item] of Object.entries(paths)) {
    if (!isRecord(item)) continue
    const { parameters = [], ...calls } = item
    const declared = Array.isArray(parameters) ? parameters.map(({ name }) => name) : []
    const named = Array.from(path.matchAll(/\{(\w+)\}/g), ([, name]) => name)
    expect(declared).toEqual(named)
    for (const call of Object.values(calls)) {
      expect(call).toMatchObject({
        operationId: expect.any(String),
        responses: { default: { $ref: '#/components/responses/Error' } },
      })
    }
  }
})

it('describes each operation of the catalogue as a variant of a request', async () => {
  const { paths, components } = await readDocument()
  const { post } = paths['/sessions/{sessionId}/requests']
  const { schema } = post.requestBody.content['application/json']
  expect(schema.allOf[1].anyOf).toMatchObject([
    {
      properties: {
        type: { const: 'note-keeping' },
        payload: { properties: { operation: { const: 'add' } } },
      },
    },
    { properties: { payload: { properties: { operation: { const: 'read' } } } } },
  ])
  expect(components.schemas).toHaveProperty(['note-keeping.add.params'])
  expect(components.schemas).toHaveProperty(['note-keeping.read.result'])
})

it('requires a token only if callers must authenticate', async () => {
  expect(await readDocument()).not.toHaveProperty('security')
  const authenticate = bearerAuthentication({ tokens: { secret: 'ann' } })
  const { security } = await readDocument({ authenticate })
  expect(security).toEqual([{ bearer: [] }])
})

it('resolves the internal references of a schema within it', () => {
  const operation: OperationDescription = {
    type: 'tool-execution',
    targetKey: 'tool',
    target: 'calculator',
    operation: 'evaluate',
    title: 'Evaluate',
    description: 'Evaluates.',
    paramsSchema: { $ref: '#/$defs/node', $defs: { node: { type: 'object' } } },
    targetRequired: true,
    resultSchema: { type: 'number' },
    hints: {
      readOnly: true,
      idempotent: true,
      destructive: false,
      openWorld: false,
      interactive: false,
    },
    audience: 'model',
    errors: [],
    examples: [{ target: 'calculator', params: { text: '1 + 2' } }],
  }
  const { schemas, examples } = describeOperations([operation])
  expect(schemas['tool-execution.calculator.evaluate.params']).toMatchObject({
    $id: 'urn:mcp:schema:tool-execution.calculator.evaluate.params',
  })
  expect(schemas['tool-execution.calculator.evaluate.result']).toEqual({ type: 'number' })
  expect(examples['tool-execution.calculator.evaluate.1']).toEqual({
    summary: 'Evaluate',
    value: {
      type: 'tool-execution',
      payload: { tool: 'calculator', operation: 'evaluate', params: { text: '1 + 2' } },
    },
  })
})

it('is sent again only when the catalogue has changed', async () => {
  const dispatcher = createDispatcher({
    servers: [createTestServer({ add: { run: () => ({}) } })],
  })
  const service = createTestManager({ dispatcher })
  for (const path of ['/openapi.json', '/servers']) {
    const first = await service.call('GET', path)
    const etag = first.headers.get('etag') ?? ''
    const again = await service.call('GET', path, undefined, {
      'if-none-match': `"other", W/${etag}`,
    })
    expect([first.status, again.status]).toEqual([200, 304])
    expect(again.headers.get('etag')).toBe(etag)
    expect(await again.text()).toBe('')

    await dispatcher.replace(createTestServer({ read: { run: () => ({}) } }))
    const changed = await service.call('GET', path, undefined, { 'if-none-match': etag })
    expect(changed.status).toBe(200)
    expect(await changed.text()).toContain('read')
  }
  await service.close()
  await dispatcher.close()
})

it.each(['/openapi.json', '/servers', '/metrics'])(
  '%s needs a token if callers authenticate',
  async (path) => {
    const authenticate = bearerAuthentication({ tokens: { secret: 'ann' } })
    const service = createTestManager({ servers: [], authenticate })
    expect((await service.call('GET', path)).status).toBe(401)
    const headers = { authorization: 'Bearer secret' }
    expect((await service.call('GET', path, undefined, headers)).status).toBe(200)
    await service.close()
  },
)

it('limits the requests of a principal, and failed authentications by address', async () => {
  const authenticate = bearerAuthentication({ tokens: { 'secret-a': 'ann', 'secret-b': 'bob' } })
  const rateLimit = { requests: 2, perMs: 60_000 }
  const service = createTestManager({ servers: [], authenticate, rateLimit })
  const statusFor = async (token: string, address?: string): Promise<number> => {
    const headers = { authorization: `Bearer ${token}` }
    const request = new Request('http://host/servers', { headers })
    return (await service.manager.fetch(request, { isLoopback: false, address })).status
  }
  expect([await statusFor('secret-a'), await statusFor('secret-a')]).toEqual([200, 200])
  expect([await statusFor('secret-a'), await statusFor('secret-b')]).toEqual([429, 200])
  const guesses = ['x', 'y', 'z'].map((token) => statusFor(token, '203.0.113.9'))
  expect(await Promise.all(guesses)).toEqual([401, 401, 429])
  await service.close()
})
