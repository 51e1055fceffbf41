import { isRecord } from '@mcp/protocol'
import type { OperationDescription } from '@mcp/protocol'
import { expect, it } from 'vitest'

import { bearerAuthentication } from './authenticate.ts'
import { describeOperations } from './openapi-operations.ts'
import { createStage, createTestServer } from '../test-manager.fixture.ts'

async function readDocument(options = {}) {
  const stage = createStage({
    servers: [createTestServer({ add: { run: () => ({}) }, read: { run: () => ({}) } })],
    ...options,
  })
  const response = await stage.call('GET', '/openapi.json')
  const document = await response.json()
  await stage.close()
  return document
}

/** Every reference in the document that points into it. */
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

it('describes every call that the service answers', async () => {
  const { openapi, paths } = await readDocument()
  expect(openapi).toBe('3.1.0')
  const calls = Object.entries(paths).flatMap(([path, item]) =>
    Object.keys(isRecord(item) ? item : {})
      .filter((key) => key !== 'parameters')
      .map((method) => `${method.toUpperCase()} ${path}`),
  )
  expect(calls).toEqual([
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
    'GET /health',
    'GET /ready',
    'GET /metrics',
  ])
})

it('points nowhere that is not in the document', async () => {
  const document = await readDocument()
  const references = referencesOf(document)
  expect(references.length).toBeGreaterThan(20)
  for (const reference of references) expect(follow(document, reference)).toBeDefined()
})

it('declares each parameter of a path, and an answer for what goes wrong', async () => {
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

it('gives each operation of the catalogue as a kind of request', async () => {
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

it('asks for a token only where one is needed', async () => {
  expect(await readDocument()).not.toHaveProperty('security')
  const authenticate = bearerAuthentication({ tokens: {} })
  const { security } = await readDocument({ authenticate })
  expect(security).toEqual([{ bearer: [] }])
})

it('keeps the inner references of a schema inside it', () => {
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
