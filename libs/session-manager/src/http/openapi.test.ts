import { createDispatcher } from '@mcp/dispatcher'
import { completeHints, isRecord } from '@mcp/protocol'
import type { OperationDescription, ServerListing } from '@mcp/protocol'
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
    'GET /sessions/{sessionId}/activity',
    'POST /sessions/{sessionId}/activity',
    'GET /sessions/{sessionId}/activity/{seq}',
    'POST /sessions/{sessionId}/notifications',
    'POST /sessions/{sessionId}/interactions/{interactionId}',
    'POST /notifications',
    'GET /servers',
    'POST /servers',
    'DELETE /servers/{server}',
    'POST /servers/{server}/restart',
    'POST /servers/{server}/authorize',
    'POST /servers/{server}/approve',
    'GET /openapi.json',
    'GET /health',
    'GET /ready',
    'POST /sessions/{sessionId}/notes/add',
    'POST /sessions/{sessionId}/notes/read',
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
      if (!/No (route for|server is named)/.test(text)) served.push(`${method} ${path}`)
      const fastRoute = service.manager.fastRoute(method, url)
      if (fastRoute !== undefined) fast.push(`${method} ${path}`)
    }
  }
  expect(served.toSorted()).toEqual(documented.toSorted())
  expect(fast).toEqual([
    'POST /sessions/{sessionId}/requests',
    'GET /sessions/{sessionId}/events',
    'POST /sessions/{sessionId}/notifications',
    'GET /health',
    'GET /ready',
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
    const declared = Array.isArray(parameters)
      ? parameters.map(({ name, $ref = '' }) => name ?? $ref.split('/').at(-1))
      : []
    const named = Array.from(path.matchAll(/\{(\w+)\}/g), ([, name]) => name)
    expect(declared).toEqual(named)
    for (const call of Object.values(calls)) {
      expect(call).toMatchObject({
        operationId: expect.any(String),
        responses: {
          '4XX': { $ref: '#/components/responses/Error' },
          '5XX': { $ref: '#/components/responses/Error' },
        },
      })
    }
  }
})

it('describes each operation with its params, result and examples as one path', async () => {
  const operation: OperationDescription = {
    type: 'tool-execution',
    targetKey: 'tool',
    target: 'calculator',
    operation: 'evaluate',
    title: 'Evaluate',
    description: 'Evaluates.',
    paramsSchema: {
      $ref: '#/$defs/node',
      $defs: { node: { type: 'object', self: { $ref: '#' } } },
    },
    targetRequired: true,
    resultSchema: { type: 'number' },
    chunkSchema: { type: 'string' },
    hints: completeHints({ readOnly: true }),
    audience: 'model',
    errors: ['not-found'],
    examples: [{ target: 'calculator', params: { text: '1 + 2' }, result: 3 }, { params: {} }],
  }
  const server = listingOf('tools', [operation])
  const { schemas, paths, requestExamples } = describeOperations([server])
  expect(schemas).toEqual({
    'tools.calculator.evaluate.params': {
      $ref: '#/components/schemas/tools.calculator.evaluate.params.node',
    },
    'tools.calculator.evaluate.params.node': {
      type: 'object',
      self: { $ref: '#/components/schemas/tools.calculator.evaluate.params' },
    },
    'tools.calculator.evaluate.result': { type: 'number' },
  })
  expect(Object.keys(paths)).toEqual(['/sessions/{sessionId}/tools/calculator/evaluate'])
  const [path] = Object.values(paths)
  expect(path).toMatchObject({
    post: {
      operationId: 'tools.calculator.evaluate',
      tags: ['tools'],
      description: 'Evaluates.\n\nErrors: not-found.',
      'x-hints': { readOnly: true },
      requestBody: {
        content: {
          'application/json': {
            examples: { 1: { summary: 'Evaluate', value: { text: '1 + 2' } }, 2: { value: {} } },
          },
        },
      },
      responses: {
        200: {
          content: {
            'application/json': {
              schema: {
                properties: {
                  data: {
                    properties: {
                      result: { $ref: '#/components/schemas/tools.calculator.evaluate.result' },
                    },
                  },
                },
              },
              examples: { 1: { value: { data: { result: 3 } } } },
            },
            'text/event-stream': {},
          },
        },
      },
    },
  })
  expect(requestExamples['tools']).toEqual({
    summary: 'Evaluate',
    value: {
      type: 'tool-execution',
      payload: { tool: 'calculator', operation: 'evaluate', params: { text: '1 + 2' } },
    },
  })
})

it.each([
  [true, ['note', 'text']],
  [false, ['text']],
])(
  'describes a target that the caller chooses as one of the params',
  (targetRequired, required) => {
    const operation: OperationDescription = {
      type: 'note-keeping',
      targetKey: 'note',
      operation: 'add',
      title: 'Add',
      description: 'Adds.',
      paramsSchema: { type: 'object', properties: { text: {} }, required: ['text'] },
      targetSchema: { type: 'string' },
      targetRequired,
      resultSchema: {},
      hints: completeHints({}),
      audience: 'model',
      errors: [],
      examples: [{ target: 'a/b', params: { text: 'x' } }],
    }
    const { schemas, paths } = describeOperations([listingOf('my notes', [operation])])
    expect(schemas['my_notes.add.params']).toEqual({
      type: 'object',
      properties: { note: { type: 'string' }, text: {} },
      required,
    })
    expect(paths).toMatchObject({
      '/sessions/{sessionId}/my%20notes/add': {
        post: {
          requestBody: {
            content: {
              'application/json': { examples: { 1: { value: { note: 'a/b', text: 'x' } } } },
            },
          },
        },
      },
    })
  },
)

function listingOf(name: string, operations: readonly OperationDescription[]): ServerListing {
  return {
    name,
    source: 'mcp-server-9',
    version: '1.0.0',
    routes: [],
    operations,
    notifications: {},
    health: { state: 'healthy' },
  }
}

it('requires a token only if callers must authenticate', async () => {
  const { security: none } = await readDocument()
  expect(none).toEqual([])
  const authenticate = bearerAuthentication({ tokens: { secret: 'ann' } })
  const { security } = await readDocument({ authenticate })
  expect(security).toEqual([{ bearer: [] }])
})

it.each([
  ['', undefined, '/'],
  ['/mcp', undefined, '/mcp'],
  ['', '/proxy', '/proxy'],
  ['/mcp', '/proxy', '/proxy/mcp'],
  ['/mcp', '/mcp', '/mcp'],
])('names its URL below the base path "%s" and the prefix %s', async (basePath, prefix, url) => {
  const service = createTestManager({ servers: [], basePath })
  const request = new Request(`http://host${basePath}/openapi.json`)
  const response = await service.manager.fetch(request, { isLoopback: true, pathPrefix: prefix })
  expect((await response.json()).servers).toEqual([{ url }])
  await service.close()
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

it.each(['/openapi.json', '/servers'])('%s needs a token if callers authenticate', async (path) => {
  const authenticate = bearerAuthentication({ tokens: { secret: 'ann' } })
  const service = createTestManager({ servers: [], authenticate })
  expect((await service.call('GET', path)).status).toBe(401)
  const headers = { authorization: 'Bearer secret' }
  expect((await service.call('GET', path, undefined, headers)).status).toBe(200)
  await service.close()
})

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

it('describes the bodies of sessions, notifications and interactions with examples', async () => {
  const { paths, components } = await readDocument()
  const { NewSession, Notification, Request, InteractionResponse } = components.schemas
  for (const schema of [
    NewSession.properties.metadata,
    Notification.properties.data,
    Request.properties.payload,
    InteractionResponse.properties.content,
  ])
    expect(schema).toMatchObject({ type: 'object' })
  for (const path of [
    '/sessions',
    '/sessions/{sessionId}/notifications',
    '/sessions/{sessionId}/interactions/{interactionId}',
  ])
    expect(paths[path].post.requestBody.content['application/json']).toHaveProperty('example')
})

it('describes the servers of the catalogue', async () => {
  const { paths, components } = await readDocument()
  const { schema } = paths['/servers'].get.responses[200].content['application/json']
  expect(schema.properties.servers.items).toEqual({ $ref: '#/components/schemas/Server' })
  const service = createTestManager({ servers: [createTestServer({ add: { run: () => ({}) } })] })
  const { servers } = await (await service.call('GET', '/servers')).json()
  await service.close()
  const { Server, Operation } = components.schemas
  expect(Object.keys(Server.properties)).toEqual(expect.arrayContaining(Object.keys(servers[0])))
  expect(Object.keys(Operation.properties)).toEqual(
    expect.arrayContaining(Object.keys(servers[0].operations[0])),
  )
})

it('has no example of an idempotency key, because each request needs its own', async () => {
  const { components } = await readDocument()
  const { idempotencyKey } = components.parameters
  expect(idempotencyKey.name).toBe('Idempotency-Key')
  expect(JSON.stringify(idempotencyKey)).not.toContain('example')
})
