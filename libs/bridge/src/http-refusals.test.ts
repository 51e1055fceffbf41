import { McpError } from '@mcp/protocol'
import { createMemoryStores } from '@mcp/session-manager'
import { afterEach, expect, it } from 'vitest'

import type { TestService, TestServiceOptions } from './fixtures/test-service.ts'
import { createTestService } from './fixtures/test-service.ts'

const open: TestService[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((service) => service.close()))
})

function start(options: TestServiceOptions): TestService {
  const service = createTestService(options)
  open.push(service)
  return service
}

const initialize = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'test', version: '1' },
  },
}

async function openSession(
  service: TestService,
  own: Record<string, string> = {},
): Promise<Record<string, string>> {
  const response = await service.send('POST', { body: initialize, headers: own })
  expect(response.status).toBe(200)
  return { ...own, 'mcp-session-id': response.headers.get('mcp-session-id') ?? '' }
}

/** Starts a service whose store of sessions fails with an error while one is set. */
function startWithOutage() {
  const stores = createMemoryStores()
  const outage: { error?: McpError | undefined } = {}
  const check = (): void => {
    if (outage.error !== undefined) throw outage.error
  }
  const sessions: typeof stores.sessions = {
    ...stores.sessions,
    read(id) {
      check()
      return stores.sessions.read(id)
    },
    create(...args) {
      check()
      return stores.sessions.create(...args)
    },
    end(...args) {
      check()
      return stores.sessions.end(...args)
    },
  }
  return { outage, service: start({ manager: { stores: { ...stores, sessions } } }) }
}

const unavailable = new McpError('unavailable', 'The store is away.')
const outages = [
  { error: unavailable, status: 503, wait: '1' },
  {
    error: new McpError('unavailable', 'Starting.', { details: { retryAfterMs: 4200 } }),
    status: 503,
    wait: '5',
  },
  { error: new McpError('rate-limited', 'Too many commands.'), status: 429, wait: '1' },
  { error: new McpError('timeout', 'The store did not respond.'), status: 504, wait: null },
]

it.each(outages)(
  'responds to GET with $status after: $error.message',
  async ({ error, status, wait }) => {
    const { outage, service } = startWithOutage()
    const headers = await openSession(service)
    outage.error = error
    const refused = await service.send('GET', { headers })
    expect(refused.status).toBe(status)
    expect(refused.headers.get('retry-after')).toBe(wait)
    expect(await refused.json()).toMatchObject({ error: { data: { code: error.code } } })
    outage.error = undefined
    const accepted = await service.send('GET', { headers })
    expect(accepted.status).toBe(200)
    await accepted.body?.cancel()
  },
)

it.each(outages)(
  'responds to DELETE with $status after: $error.message',
  async ({ error, status, wait }) => {
    const { outage, service } = startWithOutage()
    const headers = await openSession(service)
    outage.error = error
    const refused = await service.send('DELETE', { headers })
    expect(refused.status).toBe(status)
    expect(refused.headers.get('retry-after')).toBe(wait)
    outage.error = undefined
    expect((await service.send('DELETE', { headers })).status).toBe(200)
  },
)

it.each(outages)(
  'responds to initialize with $status after: $error.message',
  async ({ error, status, wait }) => {
    const { outage, service } = startWithOutage()
    outage.error = error
    const refused = await service.send('POST', { body: initialize })
    expect(refused.status).toBe(status)
    expect(refused.headers.get('retry-after')).toBe(wait)
    expect(await refused.json()).toMatchObject({ id: 1, error: { data: { code: error.code } } })
  },
)

it('responds with 404 to GET of a session that has just ended', async () => {
  const { outage, service } = startWithOutage()
  const headers = await openSession(service)
  outage.error = new McpError('session-not-found', 'The session has ended.')
  const refused = await service.send('GET', { headers })
  expect(refused.status).toBe(404)
  expect(await refused.json()).toMatchObject({ error: { code: -32_001 } })
})

it('responds with 404 to DELETE of a session that has just ended', async () => {
  const { outage, service } = startWithOutage()
  const headers = await openSession(service)
  outage.error = new McpError('session-not-found', 'The session has ended.')
  const refused = await service.send('DELETE', { headers })
  expect(refused.status).toBe(404)
  expect(await refused.json()).toMatchObject({ error: { code: -32_001 } })
})

it('responds with 500 to GET after an unexpected error, and reports the error', async () => {
  const errors: unknown[] = []
  const stores = createMemoryStores()
  const failure = new Error('the password is hunter2')
  let isFailing = false
  const sessions: typeof stores.sessions = {
    ...stores.sessions,
    read(id) {
      if (isFailing) throw failure
      return stores.sessions.read(id)
    },
  }
  const service = start({
    manager: { stores: { ...stores, sessions } },
    service: { onError: (error) => errors.push(error) },
  })
  const headers = await openSession(service)
  isFailing = true
  const refused = await service.send('GET', { headers })
  expect(refused.status).toBe(500)
  expect(await refused.text()).not.toContain('hunter2')
  expect(errors).toEqual([failure])
})

it('responds with 429 to initialize of a caller with too many sessions', async () => {
  const service = start({
    manager: {
      stores: createMemoryStores({ limits: { maxSessionsPerOwner: 1 } }),
      authenticate: () => ({ id: 'ada' }),
    },
  })
  await openSession(service)
  const refused = await service.send('POST', { body: initialize })
  expect(refused.status).toBe(429)
  expect(refused.headers.get('retry-after')).toBe('1')
  expect(await refused.json()).toMatchObject({
    id: 1,
    error: { data: { code: 'rate-limited', retryable: true } },
  })
})

it('responds with 429 and Retry-After to a caller beyond its rate limit', async () => {
  const service = start({
    manager: {
      authenticate: () => ({ id: 'ada' }),
      rateLimit: { requests: 1, perMs: 60_000 },
    },
  })
  const headers = await openSession(service)
  const refused = await service.send('GET', { headers })
  expect(refused.status).toBe(429)
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(1)
})

it('responds with 401 and a challenge to a caller without credentials', async () => {
  const service = start({ manager: { authenticate: () => undefined } })
  const refused = await service.send('POST', { body: initialize })
  expect(refused.status).toBe(401)
  expect(refused.headers.get('www-authenticate')).toBe('Bearer')
})

const modernMeta = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
}

/** Sends a request of a client without sessions. */
function sendModern(service: TestService, method: string, params: Record<string, unknown>) {
  const name = params['name'] ?? params['uri']
  return service.send('POST', {
    headers: {
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': method,
      ...(typeof name === 'string' ? { 'mcp-name': name } : {}),
    },
    body: { jsonrpc: '2.0', id: 7, method, params: { ...params, _meta: modernMeta } },
  })
}

const modernRequests = [
  ['tools/list', {}],
  // A parameter that the standard does not define makes the SDK serve the request.
  ['tools/list', { unknown: true }],
  ['tools/call', { name: 'calculator_add', arguments: { a: 1, b: 2 } }],
  ['tools/call', { name: 'calculator_add', arguments: { a: 1, b: 2 }, unknown: true }],
  ['resources/list', {}],
] as const

it.each(outages.flatMap((outage) => modernRequests.map((request) => [request, outage] as const)))(
  'responds to %j without a session with the status of an outage: %j',
  async ([method, params], { error, status, wait }) => {
    const { outage, service } = startWithOutage()
    outage.error = error
    const refused = await sendModern(service, method, params)
    expect(refused.status).toBe(status)
    expect(refused.headers.get('retry-after')).toBe(wait)
    expect(await refused.json()).toMatchObject({ id: 7, error: { data: { code: error.code } } })
    outage.error = undefined
    expect((await sendModern(service, method, params)).status).toBe(200)
  },
)

it.each(outages)(
  'responds to subscriptions/listen with $status after: $error.message',
  async ({ error, status, wait }) => {
    const { outage, service } = startWithOutage()
    outage.error = error
    const params = { notifications: { toolsListChanged: true } }
    const refused = await sendModern(service, 'subscriptions/listen', params)
    expect(refused.status).toBe(status)
    expect(refused.headers.get('retry-after')).toBe(wait)
    expect(await refused.json()).toMatchObject({ id: 7, error: { data: { code: error.code } } })
    outage.error = undefined
    const accepted = await sendModern(service, 'subscriptions/listen', params)
    expect(accepted.status).toBe(200)
    await accepted.body?.cancel()
  },
)

it('responds with 200 to a method that fails, because the standard defines no status for it', async () => {
  const { service } = startWithOutage()
  const failed = await sendModern(service, 'resources/read', { uri: 'memory:///none' })
  expect(failed.status).toBe(200)
  expect(await failed.json()).toMatchObject({ id: 7, error: { code: expect.any(Number) } })
  const unknown = await sendModern(service, 'tools/none', {})
  expect(unknown.status).toBe(404)
  expect(await unknown.json()).toMatchObject({ id: 7, error: { code: -32_601 } })
})

it('describes the server without a session during an outage', async () => {
  const { outage, service } = startWithOutage()
  outage.error = unavailable
  expect((await sendModern(service, 'server/discover', {})).status).toBe(200)
})
