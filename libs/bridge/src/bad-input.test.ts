import { afterEach, describe, expect, it } from 'vitest'

import type { SendOptions, TestService } from './fixtures/test-service.ts'
import { createTestService } from './fixtures/test-service.ts'

const open: TestService[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((service) => service.close()))
})

function start(): TestService {
  const service = createTestService()
  open.push(service)
  return service
}

const initialize = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: {
    protocolVersion: '2025-06-18',
    capabilities: {},
    clientInfo: { name: 'test', version: '1' },
  },
}
const ping = { jsonrpc: '2.0', id: 7, method: 'ping' }

const modernHeaders = {
  'mcp-protocol-version': '2026-07-28',
  'mcp-method': 'tools/list',
}
const modernMeta = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
}
const modern = (method: string, params: object = {}, meta: object = modernMeta) => ({
  jsonrpc: '2.0',
  id: 7,
  method,
  params: { ...params, _meta: meta },
})
const deep = `{"jsonrpc":"2.0","id":1,"method":"x","params":{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}}`

interface Row extends SendOptions {
  readonly name: string
  readonly method?: string
  readonly status: number
  readonly code?: number
  readonly id?: number
}

const rows: readonly Row[] = [
  { name: 'no session', body: ping, status: 400, code: -32_000, id: 7 },
  {
    name: 'an unknown session',
    body: ping,
    headers: { 'mcp-session-id': 'ses-x' },
    status: 404,
    code: -32_001,
    id: 7,
  },
  {
    name: 'an unknown version',
    body: ping,
    headers: { 'mcp-session-id': 'ses-x', 'mcp-protocol-version': '1999-01-01' },
    status: 400,
    code: -32_000,
  },
  {
    name: 'initialize within a session',
    body: initialize,
    headers: { 'mcp-session-id': 'ses-x' },
    status: 400,
    code: -32_600,
  },
  {
    name: 'initialize without clientInfo',
    body: { ...initialize, params: { protocolVersion: '2025-06-18', capabilities: {} } },
    status: 400,
    code: -32_602,
  },
  { name: 'a body that is not JSON', body: '{"a":', status: 400, code: -32_700 },
  { name: 'a body nested 50,000 levels deep', body: deep, status: 400, code: -32_700 },
  {
    name: 'a body of 5 MB',
    body: JSON.stringify('x'.repeat(5_000_000)),
    status: 413,
    code: -32_000,
  },
  { name: 'a body other than a message', body: { hello: 1 }, status: 400, code: -32_600 },
  { name: 'an empty batch', body: [], status: 400, code: -32_600 },
  {
    name: 'another content type',
    body: ping,
    headers: { 'content-type': 'text/plain' },
    status: 415,
    code: -32_000,
  },
  {
    name: 'an Accept without event streams',
    body: ping,
    headers: { accept: 'application/json' },
    status: 406,
    code: -32_000,
  },
  { name: 'GET without a session', method: 'GET', status: 400, code: -32_000 },
  { name: 'PUT', method: 'PUT', body: ping, status: 405, code: -32_000 },
  { name: 'an unknown view', path: '/mcp/nothing', body: ping, status: 404, code: -32_000 },
  {
    name: 'GET of the modern era',
    method: 'GET',
    headers: modernHeaders,
    status: 405,
    code: -32_000,
  },
  {
    name: 'DELETE of the modern era',
    method: 'DELETE',
    headers: modernHeaders,
    status: 405,
    code: -32_000,
  },
  {
    name: 'a version that is not served',
    body: modern(
      'tools/list',
      {},
      { ...modernMeta, 'io.modelcontextprotocol/protocolVersion': '2027-01-01' },
    ),
    headers: { ...modernHeaders, 'mcp-protocol-version': '2027-01-01' },
    status: 400,
    code: -32_022,
  },
  {
    name: 'a method header that differs',
    body: modern('tools/list'),
    headers: { ...modernHeaders, 'mcp-method': 'tools/call' },
    status: 400,
    code: -32_020,
  },
  {
    name: 'missing _meta',
    body: { jsonrpc: '2.0', id: 7, method: 'tools/list' },
    headers: modernHeaders,
    status: 400,
    code: -32_602,
  },
  {
    name: 'an unknown method of the modern era',
    body: modern('nothing/here'),
    headers: { ...modernHeaders, 'mcp-method': 'nothing/here' },
    status: 404,
    code: -32_601,
  },
]

it.each(rows)('refuses $name', async ({ method = 'POST', status, code, id, ...options }) => {
  const response = await start().send(method, options)
  expect(response.status).toBe(status)
  expect(await response.json()).toMatchObject({
    jsonrpc: '2.0',
    error: { code },
    ...(id === undefined ? {} : { id }),
  })
})

describe('within a session', () => {
  async function call(method: string, params: object): Promise<unknown> {
    const service = start()
    const opened = await service.send('POST', { body: initialize })
    const headers = { 'mcp-session-id': opened.headers.get('mcp-session-id') ?? '' }
    const response = await service.send('POST', {
      headers,
      body: { jsonrpc: '2.0', id: 2, method, params },
    })
    return response.json()
  }

  it.each([
    ['nothing/here', {}, -32_601],
    ['constructor', {}, -32_601],
    ['tools/call', { name: 'nothing' }, -32_602],
    ['tools/call', { name: 'calculator_add', arguments: [] }, -32_602],
    ['tools/list', { cursor: 'x' }, -32_602],
    ['resources/read', { uri: 'memory:///nothing' }, -32_002],
    ['resources/read', {}, -32_602],
    ['prompts/get', { name: 'nothing' }, -32_602],
    ['completion/complete', { ref: { type: 'ref/other' } }, -32_602],
    ['logging/setLevel', { level: 'loud' }, -32_602],
  ])('refuses %s with %j', async (method, params, code) => {
    expect(await call(method, params)).toMatchObject({ id: 2, error: { code } })
  })
})

it('survives generated bodies without a 5xx', async () => {
  const service = start()
  const count = Number(process.env['GENERATED_BODIES'] ?? 2000)
  const random = createRandom(7)
  for (let index = 0; index < count; index++) {
    const { body, headers } = generate(random)
    const response = await service.send('POST', { body, headers })
    expect(response.status, `${JSON.stringify(headers)} ${body}`).toBeLessThan(500)
    await response.body?.cancel()
  }
}, 600_000)

/** A generator of pseudo-random numbers in [0, 1) (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = Math.trunc(state + 0x6d_2b_79_f5)
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

function generate(random: () => number) {
  const pick = <Item>(items: readonly Item[]): Item | undefined =>
    items[Math.floor(random() * items.length)]
  const value = (): unknown =>
    pick([
      null,
      0,
      -1,
      1e308,
      '',
      'tools/call',
      'calculator_add',
      [],
      {},
      { a: 1, b: 2 },
      [null],
      true,
      { _meta: modernMeta },
      { name: 'calculator_add', arguments: { a: 1, b: '2' }, _meta: modernMeta },
      { uri: 'memory:///a' },
    ])
  const methods = [
    'initialize',
    'ping',
    'tools/list',
    'tools/call',
    'resources/read',
    'prompts/get',
    'subscriptions/listen',
    'server/discover',
    'notifications/cancelled',
    '__proto__',
  ]
  const message = () => ({
    jsonrpc: pick(['2.0', '2.0', '2.0', '1.0', 2]),
    ...(random() < 0.8 && { id: value() }),
    ...(random() < 0.9 && { method: random() < 0.8 ? pick(methods) : value() }),
    ...(random() < 0.8 && { params: value() }),
  })
  const text = JSON.stringify(random() < 0.1 ? [message(), value()] : message())
  const cut = random() < 0.1 ? text.slice(0, Math.floor(random() * text.length)) : text
  const headers = {
    ...(random() < 0.5 && { 'mcp-protocol-version': pick(['2026-07-28', '2025-11-25', 'x', '']) }),
    ...(random() < 0.5 && { 'mcp-method': String(pick(methods)) }),
    ...(random() < 0.2 && { 'mcp-name': 'calculator_add' }),
    ...(random() < 0.2 && { 'mcp-session-id': 'ses-x' }),
  }
  return {
    body: cut,
    headers: Object.fromEntries(Object.entries(headers).map(([key, each]) => [key, String(each)])),
  }
}
