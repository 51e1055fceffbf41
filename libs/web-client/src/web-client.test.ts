import { createDispatcher } from '@mcp/dispatcher'
import { createOfflinePlanner } from '@mcp/offline-planner'
import type { ModelProvider } from '@mcp/llm'
import { McpError } from '@mcp/protocol'
import type { Service } from '@mcp/http'
import { toolsServer } from '@mcp/server-tools'
import type { SessionManager, SessionManagerOptions } from '@mcp/session-manager'
import { bearerAuthentication, createSessionManager } from '@mcp/session-manager'
import { afterEach, describe, expect, it } from 'vitest'

import { createWebClient } from './web-client.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

interface SampleOptions {
  readonly llm?: ModelProvider
  readonly tokens?: Record<string, string>
  readonly basePath?: string | undefined
  readonly manager?: Partial<SessionManagerOptions>
}

function start({ llm = createOfflinePlanner(), tokens, basePath, manager }: SampleOptions = {}) {
  const dispatcher = createDispatcher({ servers: [toolsServer()] })
  const authenticate = tokens && bearerAuthentication({ tokens })
  const sessionManager = createSessionManager({ dispatcher, authenticate, ...manager })
  const service = createWebClient({
    sessionManagerUrl: 'http://session-manager/',
    fetch: (request) => sessionManager.fetch(request),
    llm,
    authenticate,
    basePath,
  })
  closing.push(
    () => dispatcher.close(),
    () => sessionManager.close(),
    () => service.close(),
  )
  return { service, sessionManager }
}

function send(
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

async function currentSessionId(
  service: Service,
  headers: Record<string, string>,
): Promise<string> {
  const info = await (await send(service, 'GET', '/sessions/current', undefined, headers)).json()
  return String(Object(info).sessionId)
}

const sum = { tool: 'calculator', operation: 'add', params: { a: 2, b: 3 } }

it('responds to a prompt with the results of operations, and names the provider', async () => {
  const { service } = start()
  const response = await send(service, 'POST', '/process', { prompt: 'add 2 and 3' })
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

it('reports that the exchange was not recorded if no server records it', async () => {
  const { service } = start()
  const response = await send(service, 'POST', '/process', { prompt: 'add 2 and 3' })
  expect(await response.json()).toMatchObject({
    metadata: { exchange: 'not-recorded', reason: 'unknown-type' },
  })
})

it('returns 502 if the language model fails, with an error body', async () => {
  const failure = new McpError('upstream-error', 'The model is unavailable.', { retryable: false })
  const stream = () => {
    throw failure
  }
  const broken: ModelProvider = { ...createOfflinePlanner(), stream }
  const { service } = start({ llm: broken })
  const response = await send(service, 'POST', '/process', { prompt: 'hello' })
  expect(response.status).toBe(502)
  expect(await response.json()).toMatchObject({ error: { message: 'The model is unavailable.' } })
})

it('runs a tool or any other request', async () => {
  const { service } = start()
  const tool = await send(service, 'POST', '/tools/execute', sum)
  expect(await tool.json()).toMatchObject({ status: 'success', data: { result: 5 } })
  const request = { type: 'tool-execution', payload: sum }
  const other = await send(service, 'POST', '/requests', request)
  expect(await other.json()).toMatchObject({ status: 'success', data: { result: 5 } })
})

it('maps the error of a tool to the status of its code', async () => {
  const { service } = start()
  const divide = { ...sum, operation: 'divide', params: { a: 1, b: 0 } }
  const refused = await send(service, 'POST', '/tools/execute', divide)
  expect(refused.status).toBe(400)
  expect(await refused.json()).toMatchObject({ error: { code: 'invalid-params' } })
  const unknown = await send(service, 'POST', '/tools/execute', { ...sum, tool: 'calculater' })
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
])('returns 400 for an invalid body: %s %j', async (path, body) => {
  const { service } = start()
  const response = await send(service, 'POST', path, body)
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ error: { message: expect.stringMatching(/\w/) } })
})

it('returns 404 with an error body for unknown paths', async () => {
  const { service } = start()
  for (const path of ['/nothing', '/page.ts', '/../package.json', '/secret.txt']) {
    const response = await send(service, 'GET', path)
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({ error: { code: 'not-found' } })
  }
})

it('uses one session for callers that name none', async () => {
  const { service } = start()
  expect(await currentSessionId(service, {})).toBe(await currentSessionId(service, {}))
})

it('lets a caller open its own session and name it', async () => {
  const { service } = start()
  const opened = await send(service, 'POST', '/sessions', { clientId: 'test' })
  expect(opened.status).toBe(201)
  const { sessionId } = Object(await opened.json())
  expect(await currentSessionId(service, { 'x-session-id': sessionId })).toBe(sessionId)
  expect(await currentSessionId(service, {})).not.toBe(sessionId)
  const unknown = { 'x-session-id': 'ses-unknown' }
  expect((await send(service, 'POST', '/tools/execute', sum, unknown)).status).toBe(404)
})

it('opens a session per browser, in a cookie that scripts cannot read', async () => {
  const { service } = start()
  const first = await send(service, 'GET', '/sessions/current', undefined, page)
  expect(first.headers.get('set-cookie')).toMatch(
    /^mcp_session=[^;]+; Path=\/; HttpOnly; SameSite=Lax$/,
  )
  const cookie = cookieOf(first)
  const again = await send(service, 'GET', '/sessions/current', undefined, { ...page, cookie })
  expect(again.headers.get('set-cookie')).toBeNull()
  expect(await again.json()).toEqual({
    ...Object(await first.json()),
    lastActivity: expect.any(String),
    expiresAt: expect.any(String),
  })
  const other = await send(service, 'GET', '/sessions/current', undefined, page)
  expect(cookieOf(other)).not.toBe(cookie)
})

it('shortens the session id for the browser interface', async () => {
  const { service } = start()
  const response = await send(service, 'GET', '/sessions/current', undefined, page)
  const { sessionId } = Object(await response.json())
  expect(sessionId).toMatch(/^.{8}…$/)
})

it('replaces an expired session', async () => {
  const { service, sessionManager } = start()
  const lost = await currentSessionId(service, {})
  await sessionManager.closeSession(lost)
  const [first, second] = await Promise.all([
    send(service, 'POST', '/tools/execute', sum),
    send(service, 'POST', '/process', { prompt: 'add 2 and 3' }),
  ])
  expect([first.status, second.status]).toEqual([200, 200])
  expect(await currentSessionId(service, {})).not.toBe(lost)

  const cookie = `mcp_session=${lost}`
  const responses = await Promise.all(
    Array.from({ length: 5 }, () =>
      send(service, 'POST', '/tools/execute', sum, { ...page, cookie }),
    ),
  )
  expect(responses.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
  const cookies = new Set(responses.map(cookieOf))
  expect([...cookies]).toEqual([expect.stringMatching(/^mcp_session=ses-/)])
})

it('closes a session, and returns 404 if there is none', async () => {
  const { service } = start()
  const opened = await send(service, 'GET', '/sessions/current', undefined, page)
  const cookie = cookieOf(opened)
  const closed = await send(service, 'DELETE', '/sessions/current', undefined, { cookie })
  expect(closed.status).toBe(204)
  expect(closed.headers.get('set-cookie')).toContain('Max-Age=0')
  expect((await send(service, 'DELETE', '/sessions/current')).status).toBe(404)
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

it('relays the events of the session, and the missed ones after Last-Event-ID', async () => {
  const { service, sessionManager } = start()
  const sessionId = await currentSessionId(service, {})
  const live = await send(service, 'GET', '/events')
  expect(live.headers.get('content-type')).toBe('text/event-stream')
  await publish(sessionManager, sessionId, 'first-event')
  const text = await readUntil(live, 'first-event"')
  expect(text).toContain('event: stream-open')
  const id = /id: (\S+)\nevent: stream-open/.exec(text)?.[1] ?? ''

  await publish(sessionManager, sessionId, 'second-event')
  const resumed = await send(service, 'GET', '/events', undefined, { 'last-event-id': id })
  expect(await readUntil(resumed, 'second-event"')).toMatch(/first-event[\s\S]*second-event/)
})

it('ends its streams with a last event when it closes', async () => {
  const { service } = start()
  const response = await send(service, 'GET', '/events')
  const [received, read] = response.body?.tee() ?? []
  const text = new Response(read).text()
  await readUntil(new Response(received), 'stream-open')
  await service.close()
  expect(await text).toMatch(/event: stream-open\n[^\n]+\n\nevent: stream-closing\n[^\n]+\n\n$/)
  expect((await send(service, 'GET', '/health')).status).toBe(503)
})

it('lists the servers with their health', async () => {
  const { service } = start()
  const { servers } = Object(await (await send(service, 'GET', '/servers')).json())
  expect(servers).toMatchObject([{ name: 'tools', health: { state: 'healthy' } }])
})

it('requires a token, except for the browser interface and the health check', async () => {
  const { service } = start({ tokens: { 'a-secret': 'ann', 'b-secret': 'bob' } })
  const refused = await send(service, 'POST', '/tools/execute', sum)
  expect(refused.status).toBe(401)
  expect(await refused.json()).toMatchObject({ error: { code: 'unauthenticated' } })
  // Without a build of the page, the status is 503.
  expect([200, 503]).toContain((await send(service, 'GET', '/')).status)
  expect((await send(service, 'GET', '/health')).status).toBe(200)
  expect((await send(service, 'GET', '/openapi.json')).status).toBe(401)

  const ann = { authorization: 'Bearer a-secret' }
  const bob = { authorization: 'Bearer b-secret' }
  expect((await send(service, 'POST', '/tools/execute', sum, ann)).status).toBe(200)
  const sessionOfAnn = await currentSessionId(service, ann)
  expect(await currentSessionId(service, bob)).not.toBe(sessionOfAnn)
  const foreign = { ...bob, 'x-session-id': sessionOfAnn }
  expect((await send(service, 'GET', '/sessions/current', undefined, foreign)).status).toBe(404)
})

it('describes exactly its routes in /openapi.json', async () => {
  const { service } = start({ basePath: '/app' })
  const { paths, servers } = await (await send(service, 'GET', '/openapi.json')).json()
  expect(servers).toEqual([{ url: '/app' }])
  const documented = Object.entries<object>(paths).flatMap(([path, item]) =>
    Object.keys(item).flatMap((method) => (method === 'parameters' ? [] : `${method} ${path}`)),
  )
  const patterns = documented.map((call) => new RegExp(`^${call.replaceAll(/\{\w+\}/g, '[^/]+')}$`))
  const served: string[] = []
  for (const path of Object.keys(paths)) {
    for (const method of ['get', 'post', 'put', 'patch', 'delete']) {
      const url = path.replaceAll(/\{\w+\}/g, 'x')
      // Another route, such as "/conversations/{conversationId}", serves this call.
      const isOther = patterns.some((pattern) => pattern.test(`${method} ${url}`))
      if (isOther && !documented.includes(`${method} ${path}`)) continue
      const response = await send(service, method.toUpperCase(), url)
      const text = path === '/events' ? '' : await response.text()
      if (path === '/events') await response.body?.cancel()
      if (response.status !== 404 || !text.includes('Not found: ')) served.push(`${method} ${path}`)
    }
  }
  expect(served.filter((call) => !call.endsWith('/events')).toSorted()).toEqual(
    documented.filter((call) => !call.endsWith('/events')).toSorted(),
  )
})

it('returns 304 for the servers if they are unchanged', async () => {
  const path = '/servers'
  const { service } = start()
  const first = await send(service, 'GET', path)
  const etag = first.headers.get('etag') ?? ''
  const again = await send(service, 'GET', path, undefined, { 'if-none-match': etag })
  expect([first.status, again.status]).toEqual([200, 304])
})

it('is ready if the session manager responds', async () => {
  const { service } = start()
  expect((await send(service, 'GET', '/ready')).status).toBe(200)
  const alone = createWebClient({
    fetch: () => Promise.reject(new Error('connect ECONNREFUSED')),
    llm: createOfflinePlanner(),
  })
  closing.push(() => alone.close())
  expect((await send(alone, 'GET', '/health')).status).toBe(200)
  expect((await send(alone, 'GET', '/ready')).status).toBe(503)
})

describe('the session cookie', () => {
  /** Opens a session in a browser, and returns its `Set-Cookie`. */
  async function setCookie(url: string, cookie = '', basePath?: string): Promise<string | null> {
    const { service } = start({ basePath })
    const headers = { ...page, cookie }
    const response = await service.fetch(new Request(`${url}/sessions/current`, { headers }))
    expect(response.status).toBe(200)
    return response.headers.get('set-cookie')
  }

  it('is bound to this host over HTTPS, and to the path of the service', async () => {
    expect(await setCookie('https://client')).toMatch(
      /^__Host-mcp_session=ses-[0-9a-f]{40}; Path=\/; HttpOnly; SameSite=Lax; Secure$/,
    )
    expect(await setCookie('https://client', '', '/mcp')).toMatch(
      /^mcp_session=ses-[0-9a-f]{40}; Path=\/mcp; HttpOnly; SameSite=Lax; Secure$/,
    )
    expect(await setCookie('http://client')).toMatch(
      /^mcp_session=ses-[0-9a-f]{40}; Path=\/; HttpOnly; SameSite=Lax$/,
    )
  })

  it.each(['..', '', 'ses-1', `ses-${'g'.repeat(40)}`, `ses-${'0'.repeat(40)}/requests`])(
    'counts as absent if its value is "%s"',
    async (value) => {
      expect(await setCookie('http://client', `mcp_session=${value}`)).toContain('mcp_session=ses-')
    },
  )
})
