import { createResponse, McpError, parseRequest } from '@mcp/protocol'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import { weather } from './fixtures/contracts.ts'
import type { SessionManagerFixture } from './fixtures/start-session-manager.ts'
import {
  answerWith,
  breakConnection,
  startSessionManager,
} from './fixtures/start-session-manager.ts'
import { createClient } from './create-client.ts'
import * as api from './index.ts'

let server: SessionManagerFixture
beforeEach(async () => {
  server = await startSessionManager(async ({ request }) => ({ result: request.payload }))
})
afterEach(() => server.close())

it('exports only these names', () => {
  expect(Object.keys(api).toSorted()).toEqual(['createClient', 'toolTypes'])
})

it('opens a session with the given options', async () => {
  const client = createClient({ url: `${server.url}/` })
  const session = await client.connect({ clientId: 'tests', metadata: { n: 1 }, ttlMs: 5000 })
  expect(session.id).toBe('s-1')
  expect(session.info).toMatchObject({ sessionId: 's-1', status: 'active' })
  const [opened] = server.callsOf(/^POST \/sessions$/)
  expect(JSON.parse(opened?.body ?? '')).toEqual({
    clientId: 'tests',
    metadata: { n: 1 },
    ttlMs: 5000,
  })
})

it('continues an existing session, and rejects for one that does not exist', async () => {
  const client = createClient({ url: server.url })
  await client.connect()
  const adopted = await client.connect({ sessionId: 's-1' })
  expect((await adopted.tools.list()).items).toBeUndefined()
  await expect(client.connect({ sessionId: 's-9' })).rejects.toMatchObject({
    code: 'session-not-found',
  })
  expect(server.callsOf(/^POST \/sessions$/)).toHaveLength(1)
})

it.each(['\uD800', '..', ''])('rejects the session id %j and sends nothing', async (sessionId) => {
  const fetch = vi.fn<() => Response>()
  const connecting = createClient({ url: 'http://session-manager.test', fetch }).connect({
    sessionId,
  })
  await expect(connecting).rejects.toMatchObject({
    name: 'McpError',
    code: 'invalid-params',
    message: `Invalid id: ${JSON.stringify(sessionId)}.`,
  })
  expect(fetch).not.toHaveBeenCalled()
})

it('rejects an interaction id that cannot be part of a path', async () => {
  server = await startSessionManager(async () => ({}))
  const session = await createClient({ url: server.url }).connect()
  await expect(session.respond('\uD800', { action: 'cancel' })).rejects.toMatchObject({
    name: 'McpError',
    code: 'invalid-params',
  })
})

it('retries until the session manager is reachable', async () => {
  server.fail(/sessions/, breakConnection)
  server.fail(/sessions/, answerWith(503, {}, ''))
  expect((await createClient({ url: server.url }).connect()).id).toBe('s-1')
})

it('closes the session at the end of an await using block, and closing twice is harmless', async () => {
  const client = createClient({ url: server.url })
  {
    await using session = await client.connect()
    await session.close()
  }
  expect(server.callsOf(/^DELETE \/sessions\/s-1$/)).toHaveLength(2)
  await expect(client.connect({ sessionId: 's-1' })).rejects.toMatchObject({
    code: 'session-not-found',
  })
})

it('rejects with session-not-found after the session is closed', async () => {
  const session = await createClient({ url: server.url }).connect()
  await session.close()
  await expect(session.tools.list()).rejects.toMatchObject({ code: 'session-not-found' })
})

it('lists the servers and returns the health', async () => {
  const client = createClient({ url: server.url })
  expect(await client.servers()).toMatchObject([{ name: 'tools', health: { state: 'healthy' } }])
  expect(await client.health()).toEqual({ state: 'healthy' })
  server.fail(/servers/, answerWith(200, {}, '{"servers":[1]}'))
  await expect(client.servers()).rejects.toMatchObject({ code: 'upstream-error' })
})

it('responds to an interaction, without a retry', async () => {
  const session = await createClient({ url: server.url }).connect()
  await session.respond('i/1', { action: 'accept', content: { name: 'Ada' } })
  const [call] = server.callsOf(/interactions/)
  expect(call?.path).toBe('/sessions/s-1/interactions/i%2F1')
  expect(JSON.parse(call?.body ?? '')).toEqual({ action: 'accept', content: { name: 'Ada' } })
  server.fail(/interactions/, breakConnection)
  await expect(session.respond('i/1', { action: 'cancel' })).rejects.toMatchObject({
    code: 'unavailable',
  })
  expect(server.callsOf(/interactions/)).toHaveLength(2)
})

it('publishes each retry with the same id', async () => {
  const session = await createClient({ url: server.url }).connect()
  server.fail(/notifications/, breakConnection)
  await session.publish('note', { text: 'hi' })
  const [first, second] = server.callsOf(/notifications/)
  expect(first?.body).toBe(second?.body)
  expect(JSON.parse(first?.body ?? '')).toEqual({
    id: expect.stringMatching(/^ntf-/),
    type: 'note',
    data: { text: 'hi' },
  })
})

it('sends the current token with each request', async () => {
  let count = 0
  const client = createClient({ url: server.url, token: async () => `secret-${++count}` })
  await client.health()
  await client.health()
  await createClient({ url: server.url, token: 'fixed' }).health()
  await createClient({ url: server.url, token: () => undefined }).health()
  expect(server.calls.map(({ headers }) => headers.authorization)).toEqual([
    'Bearer secret-1',
    'Bearer secret-2',
    'Bearer fixed',
    undefined,
  ])
  expect(server.calls[0]?.headers['last-event-id']).toBeUndefined()
})

it('names the server and no secret if the connection is refused', async () => {
  const client = createClient({
    url: 'http://127.0.0.1:1/mcp?key=abc',
    token: 's3cret',
    retries: 0,
  })
  const error: unknown = await client
    .connect({ sessionId: 'private' })
    .catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({
    code: 'unavailable',
    message: 'The session manager at http://127.0.0.1:1/mcp cannot be reached.',
    details: { reason: 'unreachable' },
  })
  const { inspect } = await import('node:util')
  expect(inspect(error, { depth: 9 })).not.toMatch(/s3cret|private|abc/)
})

it.each(['ftp://127.0.0.1', '127.0.0.1:5000', '', 'http://ada:pw@127.0.0.1'])(
  'rejects the URL %j without quoting it',
  (url) => {
    expect(() => createClient({ url })).toThrow(
      expect.objectContaining({
        code: 'invalid-request',
        message: expect.not.stringContaining('pw@'),
      }),
    )
  },
)

it('rejects a contract whose name is a property of every session', async () => {
  const contracts = [{ ...weather, name: 'close' }]
  const client = createClient({ url: server.url, contracts })
  await expect(client.connect()).rejects.toMatchObject({ code: 'invalid-request' })
})

it('rejects a token that is not valid in a header, without quoting it', async () => {
  const health = createClient({ url: server.url, token: 'two\nlines' }).health()
  await expect(health).rejects.toMatchObject({
    code: 'invalid-request',
    message: 'token must be visible ASCII.',
  })
  await createClient({ url: server.url, token: 'from-a-file\n' }).health()
  expect(server.calls.map(({ headers }) => headers.authorization)).toEqual(['Bearer from-a-file'])
})

it('rejects with the error that the token function throws', async () => {
  const token = (): string => {
    throw new McpError('unauthenticated', 'Log in first.')
  }
  await expect(createClient({ url: server.url, token }).health()).rejects.toThrow('Log in first.')
})

it('creates no method for the properties that promises, symbols and JSON use', async () => {
  const { tools, weather: forecasts } = await createClient({
    url: server.url,
    contracts: [weather],
  }).connect()
  expect(await Promise.resolve(forecasts)).toBe(forecasts)
  expect(JSON.stringify({ tools })).toBe('{"tools":{}}')
  expect(tools.list).toBe(tools.list)
  expect(server.callsOf(/requests/)).toHaveLength(0)
})

it('works with a local function instead of fetch', async () => {
  const seen: string[] = []
  const client = createClient({
    url: 'http://session-manager.test/base',
    contracts: [weather],
    async fetch(request) {
      seen.push(`${request.method} ${new URL(request.url).pathname}`)
      if (!request.url.endsWith('/requests')) return Response.json({ sessionId: 's-1' })
      const { id } = parseRequest(await request.json())
      return Response.json(createResponse(id, 'success', { result: ['Oslo'] }))
    },
  })
  const session = await client.connect()
  expect(await session.weather.places()).toEqual(['Oslo'])
  expect(seen).toEqual(['POST /base/sessions', 'POST /base/sessions/s-1/requests'])
})

it('rejects immediately when cancelled, even if the fetch function ignores the signal', async () => {
  const client = createClient({
    url: 'http://session-manager.test',
    fetch: (request) =>
      request.url.endsWith('/requests')
        ? new Promise<Response>(() => {})
        : Response.json({ sessionId: 's-1' }),
  })
  const session = await client.connect()
  const controller = new AbortController()
  const response = session.request('news-access', {}, { signal: controller.signal })
  controller.abort()
  await expect(response).rejects.toMatchObject({ code: 'cancelled' })
})
