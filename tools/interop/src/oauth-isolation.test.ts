import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { RunningApp } from '../../integration/src/running-app.ts'
import { freePort, startApp } from '../../integration/src/running-app.ts'
import type { Listening } from './listening.ts'
import type { AuthorizationServer } from './oauth/authorization-server.ts'
import { startAuthorizationServer } from './oauth/authorization-server.ts'
import { startLanguageModel } from './oauth/language-model.ts'
import type { EventReader, LegacySession, RawCaller } from './oauth/raw-caller.ts'
import { createRawCaller, findEvent, messageOf, readEvents } from './oauth/raw-caller.ts'
import { tokenOf } from './oauth/token-of.ts'

let server: AuthorizationServer
let model: Listening
let hub: RunningApp
let ada: RawCaller
let bob: RawCaller
/** A caller with a static token whose name is the subject of Ada's tokens. */
let namesake: RawCaller

beforeAll(async () => {
  server = await startAuthorizationServer()
  model = await startLanguageModel()
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  hub = await startApp({
    app: 'hub',
    environment: {
      CLIENT_PORT: String(await freePort()),
      SESSION_MANAGER_PORT: String(port),
      MCP_AUTH_ISSUER: server.issuer,
      MCP_AUTH_SCOPES: 'mcp:use',
      MCP_TOKENS: 'ada:the-static-token-of-ada',
      LLM_API_URL: `${model.url}/v1`,
      LLM_API_KEY: 'key',
      LLM_MODEL: 'test',
      SAMPLING_APPROVAL: 'request',
    },
    healthUrl: `${origin}/health`,
  })
  ada = createRawCaller(origin, await tokenOf('ada', `${origin}/mcp`))
  bob = createRawCaller(origin, await tokenOf('bob', `${origin}/mcp`))
  namesake = createRawCaller(origin, 'the-static-token-of-ada')
})
afterAll(async () => {
  await hub.stop()
  await model[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
})

/** A call that waits for the approval of its caller. */
const asking = {
  name: 'call_tool',
  arguments: {
    name: 'sampling_create_message',
    arguments: { messages: [{ role: 'user', content: 'Hi.' }], maxTokens: 20 },
  },
}
const approved = { action: 'accept', content: {} }
const answered = { content: [{ text: expect.stringContaining('Hello.') }] }
const unknownSession = { error: { code: -32001 } }

async function openSession(caller: RawCaller): Promise<string> {
  const response = await caller.send('POST', '/sessions', { body: {} })
  return (await response.json()).sessionId
}

/** Creates a text resource, and returns its URI. */
async function createResource(name: string): Promise<string> {
  const resource = `file:///${name}-${crypto.randomUUID()}.txt`
  const created = await ada.callTool('resources_create', { resource, content: '1' })
  expect(created).not.toHaveProperty('isError')
  return resource
}

describe('a session of the session manager', () => {
  const request = {
    type: 'sampling-operation',
    payload: { operation: 'createMessage', params: asking.arguments.arguments },
  }
  let id: string
  beforeAll(async () => {
    id = await openSession(ada)
  })

  it.each([
    ['read', 'GET', '', undefined],
    ['close', 'DELETE', '', undefined],
    ['send a request in', 'POST', '/requests', { type: 'tools', payload: {} }],
    ['cancel a request of', 'DELETE', '/requests/req-1', undefined],
    ['receive the events of', 'GET', '/events', undefined],
    ['respond to a question of', 'POST', '/interactions/int-1', { action: 'accept' }],
    ['notify', 'POST', '/notifications', { type: 'x', payload: {} }],
  ])('does not let another principal %s it', async (_name, method, path, body) => {
    for (const caller of [bob, namesake]) {
      const options = body === undefined ? {} : { body }
      const response = await caller.send(method, `/sessions/${id}${path}`, options)
      expect(response.status).toBe(404)
      expect(await response.json()).toMatchObject({ error: { code: 'session-not-found' } })
    }
    expect((await ada.send('GET', `/sessions/${id}`)).status).toBe(200)
  })

  it('is not listed for another principal', async () => {
    const listed = async (caller: RawCaller): Promise<unknown> => {
      const { sessions } = await (await caller.send('GET', '/sessions?limit=100')).json()
      return sessions.map(({ sessionId }: { sessionId: string }) => sessionId)
    }
    const own = await openSession(bob)
    expect(await listed(ada)).toContain(id)
    expect(await listed(bob)).toContain(own)
    expect(await listed(bob)).not.toContain(id)
    expect(await listed(namesake)).not.toContain(id)
  })

  it('does not let another principal approve its question', async () => {
    const events = readEvents(await ada.send('GET', `/sessions/${id}/events`))
    const responding = ada.send('POST', `/sessions/${id}/requests`, { body: request })
    const event = await findEvent(events, ({ type }) => type === 'interaction-required')
    const { interactionId } = event.data
    const path = `/sessions/${id}/interactions/${interactionId}`
    const body = { action: 'accept' }
    const own = await openSession(bob)
    expect((await bob.send('POST', path, { body })).status).toBe(404)
    const elsewhere = path.replace(id, own)
    expect((await bob.send('POST', elsewhere, { body })).status).toBe(404)

    expect((await ada.send('POST', path, { body })).ok).toBe(true)
    expect((await responding).status).toBe(200)
    await events.close()
  })
})

describe('a legacy session', () => {
  let session: LegacySession
  beforeAll(async () => {
    session = await ada.openLegacy()
  })

  it.each([
    ['send a request in', 'POST', {}],
    ['open the stream of', 'GET', {}],
    ['resume the stream of', 'GET', { 'last-event-id': '0' }],
    ['end', 'DELETE', {}],
  ])('does not let another principal %s it', async (_name, method, more) => {
    const headers = { 'mcp-session-id': session.id, 'mcp-protocol-version': '2025-11-25', ...more }
    const body = { jsonrpc: '2.0', id: 1, method: 'tools/list' }
    for (const caller of [bob, namesake]) {
      const response = await caller.send(method, '/mcp', {
        headers,
        ...(method === 'POST' ? { body } : {}),
      })
      expect(response.status).toBe(404)
      expect(await response.json()).toMatchObject(unknownSession)
    }
    expect(await session.request('ping', {})).toMatchObject({ result: {} })
  })

  it('is no session of the session manager for another principal', async () => {
    expect((await bob.send('GET', `/sessions/${session.id}`)).status).toBe(404)
    expect((await bob.send('GET', `/sessions/${session.id}/events`)).status).toBe(404)
    expect((await bob.send('DELETE', `/sessions/${session.id}`)).status).toBe(404)
    expect(await session.request('ping', {})).toMatchObject({ result: {} })
  })

  it('does not let another principal answer its question', async () => {
    const call = { id: 'call', method: 'tools/call', params: asking }
    const events = readEvents(await session.post(call))
    const question = await events.next()
    expect(question).toMatchObject({ method: 'elicitation/create' })

    const answer = { jsonrpc: '2.0', id: question.id, result: approved }
    const headers = { 'mcp-session-id': session.id, 'mcp-protocol-version': '2025-11-25' }
    expect((await bob.send('POST', '/mcp', { headers, body: answer })).status).toBe(404)
    const own = await bob.openLegacy()
    await (await own.post({ id: question.id, result: approved })).body?.cancel()
    // A declined call shows that no answer came before this one.
    await session.post({ id: question.id, result: { action: 'decline' } })
    expect(await events.next()).toMatchObject({ id: 'call', result: { isError: true } })
  })

  it('does not let another principal cancel its call', async () => {
    const call = { id: 'call', method: 'tools/call', params: asking }
    const events = readEvents(await session.post(call))
    const question = await events.next()
    const own = await bob.openLegacy()
    const cancel = { method: 'notifications/cancelled', params: { requestId: 'call' } }
    await (await own.post(cancel)).body?.cancel()

    await session.post({ id: question.id, result: approved })
    expect(await events.next()).toMatchObject({ id: 'call', result: answered })
  })

  it('receives the changes of its own subscriptions only', async () => {
    const [one, other] = [await createResource('one'), await createResource('other')]
    const theirs = await bob.openLegacy()
    const streams = [await session.stream(), await theirs.stream()] as const
    await session.request('resources/subscribe', { uri: one })
    await theirs.request('resources/subscribe', { uri: other })
    await ada.callTool('resources_update', { resource: one, content: '2' })
    await ada.callTool('resources_update', { resource: other, content: '2' })
    expect(await nextUpdate(streams[0])).toBe(one)
    expect(await nextUpdate(streams[1])).toBe(other)
    for (const stream of streams) await stream.close()
  })
})

async function nextUpdate(events: EventReader): Promise<unknown> {
  const isUpdate = ({ method }: { method?: string }) => method === 'notifications/resources/updated'
  return (await findEvent(events, isUpdate)).params.uri
}

describe('a principal without a session', () => {
  it('does not let another principal continue its call', async () => {
    const waiting = await ada.modern('tools/call', asking)
    expect(waiting).toMatchObject({ result: { resultType: 'input_required' } })
    const { requestState, inputRequests } = waiting.result
    const [key = ''] = Object.keys(inputRequests)
    const params = { ...asking, requestState, inputResponses: { [key]: approved } }
    for (const caller of [bob, namesake]) {
      expect(await caller.modern('tools/call', params)).toMatchObject({
        error: { code: -32602, data: { reason: 'invalid_request_state' } },
      })
    }
    expect(await ada.modern('tools/call', params)).toMatchObject({ result: answered })
  })

  it('receives the changes of its own subscriptions only', async () => {
    const [one, other] = [await createResource('one'), await createResource('other')]
    const streams = await Promise.all([
      ada.listen({ notifications: { resourceSubscriptions: [one] } }),
      bob.listen({ notifications: { resourceSubscriptions: [other] } }),
    ])
    for (const stream of streams) {
      expect(await stream.next()).toMatchObject({
        method: 'notifications/subscriptions/acknowledged',
      })
    }
    await ada.callTool('resources_update', { resource: one, content: '2' })
    await ada.callTool('resources_update', { resource: other, content: '2' })
    expect(await nextUpdate(streams[0])).toBe(one)
    expect(await nextUpdate(streams[1])).toBe(other)
    for (const stream of streams) await stream.close()
  })

  it('keeps a large result from other principals', async () => {
    const large = await ada.callTool('call_tool', {
      name: 'text_processor_to_upper_case',
      arguments: { text: 'a'.repeat(1_200_000) },
    })
    const [uri = ''] = /result:\/\/[\w/-]+/.exec(JSON.stringify(large)) ?? []
    expect(uri).not.toBe('')
    for (const caller of [bob, namesake]) {
      expect(await caller.modern('resources/read', { uri })).toMatchObject({
        error: { message: expect.not.stringContaining('AAAA') },
      })
      const read = await caller.callTool('read_result', { uri, offset: 0, limit: 10 })
      expect(read).toMatchObject({ isError: true })
    }
    const own = await ada.callTool('read_result', { uri, offset: 0, limit: 10 })
    expect(JSON.stringify(own)).toContain('AAAA')
  })

  it('keeps a transaction from other principals', async () => {
    const begun = await ada.callTool('call_tool', { name: 'database_begin', arguments: {} })
    const { transactionId } = begun.structuredContent
    const query = { sql: 'SELECT 1 AS one', transactionId }
    for (const caller of [bob, namesake]) {
      expect(await caller.callTool('database_query', query)).toMatchObject({
        isError: true,
        content: [{ text: expect.stringContaining('not-found') }],
      })
    }
    expect(await ada.callTool('database_query', query)).not.toHaveProperty('isError')
    await ada.callTool('call_tool', { name: 'database_rollback', arguments: { transactionId } })
  })

  it('keeps its messages of a language model from other principals', async () => {
    const waiting = await ada.modern('tools/call', asking)
    const { requestState, inputRequests } = waiting.result
    const [key = ''] = Object.keys(inputRequests)
    const params = { ...asking, requestState, inputResponses: { [key]: approved } }
    const { result } = await ada.modern('tools/call', params)
    const { messageId } = result.structuredContent
    const get = { name: 'sampling_get', arguments: { messageId } }
    for (const caller of [bob, namesake]) {
      expect(await caller.callTool('call_tool', get)).toMatchObject({ isError: true })
    }
    expect(await ada.callTool('call_tool', get)).not.toHaveProperty('isError')
  })

  it('keeps its progress and its log from the streams of other principals', async () => {
    const theirs = await bob.openLegacy()
    const stream = await theirs.stream()
    await messageOf(
      await (
        await ada.openLegacy()
      ).post({
        id: 1,
        method: 'tools/call',
        params: {
          name: 'calculator_evaluate',
          arguments: { expression: '1 + 1' },
          _meta: { progressToken: 'ada' },
        },
      }),
    )
    // The stream is in order, so what it carries before the change would be of Ada's call.
    const uri = await createResource('sentinel')
    await theirs.request('resources/subscribe', { uri })
    await ada.callTool('resources_update', { resource: uri, content: '2' })
    const event = await findEvent(stream, ({ method }) => !/list_changed$/.test(method))
    expect(event).toMatchObject({ method: 'notifications/resources/updated', params: { uri } })
    await stream.close()
  })
})
