import { createDispatcher } from '@mcp/dispatcher'
import { createOfflinePlanner } from '@mcp/offline-planner'
import type { ModelProvider } from '@mcp/llm'
import { McpError } from '@mcp/protocol'
import type { Service } from '@mcp/http'
import { toolsServer } from '@mcp/server-tools'
import type { SessionManager, SessionManagerOptions } from '@mcp/session-manager'
import { bearerAuthentication, createSessionManager } from '@mcp/session-manager'
import { afterEach, expect, it } from 'vitest'

import { createWebClient } from './web-client.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

interface SampleOptions {
  readonly llm?: ModelProvider
  readonly tokens?: Record<string, string>
  readonly manager?: Partial<SessionManagerOptions>
}

function start({ llm = createOfflinePlanner(), tokens, manager }: SampleOptions = {}) {
  const dispatcher = createDispatcher({ servers: [toolsServer()] })
  const authenticate = tokens && bearerAuthentication({ tokens })
  const sessionManager = createSessionManager({ dispatcher, authenticate, ...manager })
  const service = createWebClient({
    sessionManagerUrl: 'http://session-manager/',
    fetch: (request) => sessionManager.fetch(request),
    llm,
    authenticate,
  })
  closing.push(
    () => dispatcher.close(),
    () => sessionManager.close(),
    () => service.close(),
  )
  return { service, sessionManager }
}

function ask(
  service: Service,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Response> {
  const json = body === undefined ? {} : { 'content-type': 'application/json' }
  const text = typeof body === 'string' ? body : (JSON.stringify(body) ?? null)
  return service.fetch(
    new Request(`http://client${path}`, { method, body: text, headers: { ...json, ...headers } }),
  )
}

const page = { 'x-mcp-page': '1' }

function cookieOf(response: Response): string {
  return response.headers.get('set-cookie')?.split(';', 1)[0] ?? ''
}

async function whoseSession(service: Service, headers: Record<string, string>): Promise<string> {
  const info = await (await ask(service, 'GET', '/sessions/current', undefined, headers)).json()
  return String(Object(info).sessionId)
}

const sum = { tool: 'calculator', operation: 'add', params: { a: 2, b: 3 } }

it('answers a prompt with what the operations gave, and says who answered', async () => {
  const { service } = start()
  const response = await ask(service, 'POST', '/process', { prompt: 'add 2 and 3' })
  expect(response.status).toBe(200)
  expect(await response.json()).toMatchObject({
    status: 'success',
    data: {
      result: {
        prompt: 'add 2 and 3',
        response: expect.stringContaining('5'),
        provider: 'offline-planner',
        offline: true,
        steps: [{ calls: [{ tool: 'calculator_add' }] }, {}],
      },
    },
  })
})

it('says that the exchange was not recorded where no server records it', async () => {
  const { service } = start()
  const response = await ask(service, 'POST', '/process', { prompt: 'add 2 and 3' })
  expect(await response.json()).toMatchObject({
    metadata: { exchange: 'not-recorded', reason: 'unknown-type' },
  })
})

it('tells each step of a prompt as it happens, then the answer', async () => {
  const { service } = start()
  const headers = { accept: 'text/event-stream' }
  const response = await ask(service, 'POST', '/process', { prompt: 'add 2 and 3' }, headers)
  const text = await response.text()
  expect(response.headers.get('content-type')).toBe('text/event-stream')
  expect(text).toMatch(/^event: chunk\ndata: .*"call-finished"/m)
  expect(text).toMatch(/event: response\ndata: \{.*"status":"success".*\}\n\n$/)
})

it('answers 502 where the language model fails, in the shape of every error', async () => {
  const broken: ModelProvider = {
    ...createOfflinePlanner(),
    generate: () => Promise.reject(new McpError('upstream-error', 'The model is asleep.')),
  }
  const { service } = start({ llm: broken })
  const response = await ask(service, 'POST', '/process', { prompt: 'hello' })
  expect(response.status).toBe(502)
  expect(await response.json()).toMatchObject({ error: { message: 'The model is asleep.' } })
})

it('runs a tool, or any other request', async () => {
  const { service } = start()
  const tool = await ask(service, 'POST', '/tools/execute', sum)
  expect(await tool.json()).toMatchObject({ status: 'success', data: { result: 5 } })
  const request = { type: 'tool-execution', payload: sum }
  const other = await ask(service, 'POST', '/requests', request)
  expect(await other.json()).toMatchObject({ status: 'success', data: { result: 5 } })
})

it('answers what a tool refuses with the status of its code', async () => {
  const { service } = start()
  const divide = { ...sum, operation: 'divide', params: { a: 1, b: 0 } }
  const refused = await ask(service, 'POST', '/tools/execute', divide)
  expect(refused.status).toBe(400)
  expect(await refused.json()).toMatchObject({ error: { code: 'invalid-params' } })
  const unknown = await ask(service, 'POST', '/tools/execute', { ...sum, tool: 'calculater' })
  expect(unknown.status).toBe(404)
})

it.each([
  ['/process', {}],
  ['/process', { prompt: '  ' }],
  ['/process', { prompt: 7 }],
  ['/process', '{"prompt"'],
  ['/process', '[]'],
  ['/process', 'null'],
  ['/tools/execute', { operation: 'add' }],
  ['/tools/execute', { ...sum, params: [1, 2] }],
  ['/requests', { payload: {} }],
  ['/sessions', { ttlMs: -1 }],
  ['/interactions/x', { action: 'perhaps' }],
])('answers 400 to a body that is wrong: %s %j', async (path, body) => {
  const { service } = start()
  const response = await ask(service, 'POST', path, body)
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ error: { message: expect.stringMatching(/\w/) } })
})

it('answers 404 in JSON where nothing is', async () => {
  const { service } = start()
  for (const path of ['/nothing', '/page.ts', '/../package.json', '/secret.txt']) {
    const response = await ask(service, 'GET', path)
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({ error: { code: 'not-found' } })
  }
})

it('keeps one session for callers that name none', async () => {
  const { service } = start()
  expect(await whoseSession(service, {})).toBe(await whoseSession(service, {}))
})

it('lets a caller have a session of its own, and name it', async () => {
  const { service } = start()
  const made = await ask(service, 'POST', '/sessions', { clientId: 'test' })
  expect(made.status).toBe(201)
  const { sessionId } = Object(await made.json())
  expect(await whoseSession(service, { 'x-session-id': sessionId })).toBe(sessionId)
  expect(await whoseSession(service, {})).not.toBe(sessionId)
  const unknown = { 'x-session-id': 'ses-unknown' }
  expect((await ask(service, 'POST', '/tools/execute', sum, unknown)).status).toBe(404)
})

it('gives each browser a session of its own, in a cookie that no script can read', async () => {
  const { service } = start()
  const first = await ask(service, 'GET', '/sessions/current', undefined, page)
  expect(first.headers.get('set-cookie')).toMatch(
    /^mcp_session=[^;]+; Path=\/; HttpOnly; SameSite=Lax$/,
  )
  const cookie = cookieOf(first)
  const again = await ask(service, 'GET', '/sessions/current', undefined, { ...page, cookie })
  expect(again.headers.get('set-cookie')).toBeNull()
  expect(await again.json()).toEqual({
    ...Object(await first.json()),
    lastActivity: expect.any(String),
    expiresAt: expect.any(String),
  })
  const other = await ask(service, 'GET', '/sessions/current', undefined, page)
  expect(cookieOf(other)).not.toBe(cookie)
})

it('does not show a page its whole session id', async () => {
  const { service } = start()
  const response = await ask(service, 'GET', '/sessions/current', undefined, page)
  const { sessionId } = Object(await response.json())
  expect(sessionId).toMatch(/^.{8}…$/)
})

it('begins a new session in the place of one that is gone', async () => {
  const { service, sessionManager } = start()
  const lost = await whoseSession(service, {})
  await sessionManager.closeSession(lost)
  const [first, second] = await Promise.all([
    ask(service, 'POST', '/tools/execute', sum),
    ask(service, 'POST', '/process', { prompt: 'add 2 and 3' }),
  ])
  expect([first.status, second.status]).toEqual([200, 200])
  expect(await whoseSession(service, {})).not.toBe(lost)

  const cookie = `mcp_session=${lost}`
  const browser = await ask(service, 'POST', '/tools/execute', sum, { ...page, cookie })
  expect(browser.status).toBe(200)
  expect(cookieOf(browser)).toMatch(/^mcp_session=ses-/)
})

it('closes a session, and says when there is none', async () => {
  const { service } = start()
  const opened = await ask(service, 'GET', '/sessions/current', undefined, page)
  const cookie = cookieOf(opened)
  const closed = await ask(service, 'DELETE', '/sessions/current', undefined, { cookie })
  expect(closed.status).toBe(204)
  expect(closed.headers.get('set-cookie')).toContain('Max-Age=0')
  expect((await ask(service, 'DELETE', '/sessions/current')).status).toBe(404)
})

async function readUntil(response: Response, mark: string): Promise<string> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  while (!text.includes(mark)) {
    const next = await reader?.read()
    if (next === undefined || next.done) break
    text += next.value
  }
  void reader?.cancel()
  return text
}

async function publish(manager: SessionManager, sessionId: string, type: string): Promise<void> {
  const path = `http://session-manager/sessions/${sessionId}/notifications`
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify({ type, data: {} })
  await manager.fetch(new Request(path, { method: 'POST', headers, body }))
}

it('passes on the events of the session, and what was missed since the last one', async () => {
  const { service, sessionManager } = start()
  const sessionId = await whoseSession(service, {})
  const live = await ask(service, 'GET', '/events')
  expect(live.headers.get('content-type')).toBe('text/event-stream')
  await publish(sessionManager, sessionId, 'first-news')
  const text = await readUntil(live, 'first-news"')
  expect(text).toContain('event: stream-open')
  const id = /id: (\S+)\nevent: stream-open/.exec(text)?.[1] ?? ''

  await publish(sessionManager, sessionId, 'second-news')
  const resumed = await ask(service, 'GET', '/events', undefined, { 'last-event-id': id })
  expect(await readUntil(resumed, 'second-news"')).toMatch(/first-news[\s\S]*second-news/)
})

it('ends its streams in order when it closes', async () => {
  const { service } = start()
  const response = await ask(service, 'GET', '/events')
  const reading = response.text()
  await service.close()
  expect(await reading).toContain('stream-open')
  expect((await ask(service, 'GET', '/health')).status).toBe(503)
})

it('lists the servers with what they can do', async () => {
  const { service } = start()
  const { servers } = Object(await (await ask(service, 'GET', '/servers')).json())
  expect(servers).toMatchObject([{ name: 'tools', health: { state: 'healthy' } }])
})

it('asks strangers for their token, but shows them the page and its health', async () => {
  const { service } = start({ tokens: { 'a-secret': 'ann', 'b-secret': 'bob' } })
  const refused = await ask(service, 'POST', '/tools/execute', sum)
  expect(refused.status).toBe(401)
  expect(await refused.json()).toMatchObject({ error: { code: 'unauthenticated' } })
  expect((await ask(service, 'GET', '/')).status).toBe(200)
  expect((await ask(service, 'GET', '/health')).status).toBe(200)

  const ann = { authorization: 'Bearer a-secret' }
  const bob = { authorization: 'Bearer b-secret' }
  expect((await ask(service, 'POST', '/tools/execute', sum, ann)).status).toBe(200)
  const hers = await whoseSession(service, ann)
  expect(await whoseSession(service, bob)).not.toBe(hers)
  const foreign = { ...bob, 'x-session-id': hers }
  expect((await ask(service, 'GET', '/sessions/current', undefined, foreign)).status).toBe(404)
})

it('serves the page under a policy that runs nothing but its own files', async () => {
  const { service } = start()
  const index = await ask(service, 'GET', '/')
  expect(index.headers.get('content-security-policy')).toMatch(
    /default-src 'none'.*script-src 'self'/,
  )
  const html = await index.text()
  expect(html).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=/i)
  const names = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1])
  expect(names).toContain('client.js')
  for (const name of names) {
    expect((await ask(service, 'GET', `/${name}`)).status).toBe(200)
  }
})

it('says that a file of the page has not changed', async () => {
  const { service } = start()
  const etag = (await ask(service, 'GET', '/client.js')).headers.get('etag') ?? ''
  const again = await ask(service, 'GET', '/client.js', undefined, { 'if-none-match': etag })
  expect(again.status).toBe(304)
})

it('is ready when the session manager answers', async () => {
  const { service } = start()
  expect((await ask(service, 'GET', '/ready')).status).toBe(200)
  const alone = createWebClient({
    fetch: () => Promise.reject(new Error('connect ECONNREFUSED')),
    llm: createOfflinePlanner(),
  })
  closing.push(() => alone.close())
  expect((await ask(alone, 'GET', '/health')).status).toBe(200)
  expect((await ask(alone, 'GET', '/ready')).status).toBe(503)
})
