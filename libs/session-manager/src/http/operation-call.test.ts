import { completeHints } from '@mcp/protocol'
import type { OperationDescription, RequestEnvelope } from '@mcp/protocol'
import { afterEach, beforeEach, expect, it } from 'vitest'

import { createTestManager, createTestServer } from '../test-manager.fixture.ts'
import { findOperation } from './operation-call.ts'

const received: RequestEnvelope[] = []
const server = createTestServer({
  add: {
    run(request) {
      received.push(request)
      return { result: received.length }
    },
  },
  read: { hints: { readOnly: true }, run: () => ({ result: received.length }) },
})

let service: ReturnType<typeof createTestManager>
let session: string
beforeEach(async () => {
  received.length = 0
  service = createTestManager({ servers: [server] })
  session = await service.open()
})
afterEach(() => service.close())

const call = (path: string, body?: object, headers?: Record<string, string>) =>
  service.call('POST', `/sessions/${session}/${path}`, body, headers)

it.each([
  ['notes/add', { note: 'a/b', text: 'x' }, { note: 'a/b', params: { text: 'x' } }],
  ['notes/add', { text: 'x' }, { params: { text: 'x' } }],
  ['notes/a%2Fb/add', { text: 'x' }, { note: 'a/b', params: { text: 'x' } }],
  ['notes/add', undefined, { params: {} }],
])('POST %s with %j calls the operation', async (path, body, payload) => {
  const response = await call(path, body)
  expect(response.status).toBe(200)
  expect(await response.json()).toMatchObject({ status: 'success', data: { result: 1 } })
  expect(received[0]).toMatchObject({
    type: 'note-keeping',
    payload: { operation: 'add', ...payload },
  })
})

it('runs a request once per idempotency key, as an envelope with that id', async () => {
  const headers = { 'idempotency-key': 'req-7' }
  const first = await (await call('notes/add', { text: 'x' }, headers)).json()
  const again = await (await call('notes/add', { text: 'x' }, headers)).json()
  expect(again).toEqual(first)
  const payload = { operation: 'add', params: { text: 'x' } }
  const envelope = await call('requests', { id: 'req-7', type: 'note-keeping', payload })
  expect(await envelope.json()).toEqual(first)
  expect(received).toHaveLength(1)
  expect((await call('notes/add', { text: 'y' }, headers)).status).toBe(409)
})

it.each([
  ['notes/ad', 404, 'No operation of notes is named "ad". Did you mean "add"?'],
  ['note/add', 404, 'No server is named "note". Did you mean "notes"?'],
  ['notes/x/ad', 404, 'No operation of notes/x is named "ad". Did you mean "add"?'],
])('POST %s returns %i', async (path, status, message) => {
  const response = await call(path, {})
  expect(response.status).toBe(status)
  expect((await response.json()).error.message).toContain(message)
})

it('returns an error for a body that is not an object, and for a session that does not exist', async () => {
  const list = await call('notes/add', [1])
  expect([list.status, (await list.json()).error.code]).toEqual([400, 'invalid-params'])
  const unknown = await service.call('POST', '/sessions/s-none/notes/add', {})
  expect([unknown.status, (await unknown.json()).error.code]).toEqual([404, 'session-not-found'])
})

it('streams the response if the caller accepts events', async () => {
  const response = await call('notes/add', {}, { accept: 'text/event-stream' })
  expect(await response.text()).toContain('event: response')
})

it.each([
  ['PUT', '/sessions', 'POST, GET'],
  ['POST', '/health', 'GET'],
  ['PATCH', '/sessions/x/requests', 'POST'],
  ['GET', '/sessions/x/notes/add', 'POST'],
])('%s %s returns 405 with the methods that are allowed', async (method, path, allow) => {
  const response = await service.call(method, path)
  expect([response.status, response.headers.get('allow')]).toEqual([405, allow])
})

it('prefers an operation of a fixed target', () => {
  const describe = (name: string, target?: string): OperationDescription => ({
    type: 't',
    targetKey: 'tool',
    ...(target === undefined ? {} : { target }),
    operation: name,
    title: name,
    description: name,
    paramsSchema: {},
    targetRequired: false,
    resultSchema: {},
    hints: completeHints({}),
    audience: 'model',
    errors: [],
    examples: [],
  })
  const operations = [describe('add'), describe('add', 'calculator'), describe('list', 'tools')]
  const listing = {
    name: 'tools',
    source: 's',
    version: '1.0.0',
    routes: [],
    operations,
    notifications: {},
    health: { state: 'healthy' },
  } as const
  const path = { sessionId: 's', requestId: '', interactionId: '', server: 'tools' }
  const find = (target: string | undefined, operation: string) =>
    findOperation([listing], { ...path, ...(target === undefined ? {} : { target }), operation })
  expect(find('calculator', 'add').operation).toBe(operations[1])
  expect(find('other', 'add').operation).toBe(operations[0])
  expect(find(undefined, 'add')).toEqual({ operation: operations[0], target: undefined })
  expect(() => find(undefined, 'list')).toThrow('No operation of tools is named "list"')
})
