import { afterAll, beforeAll, expect, it } from 'vitest'

import { calculation, openSession, postJson } from './http.ts'
import type { RunningApp } from './running-app.ts'
import { freePort, startApp } from './running-app.ts'

// The SDK of the standard takes 0.3 s and 30 MB to load.
const sdk = '/node_modules/@modelcontextprotocol/'

let url: string
let hub: RunningApp
beforeAll(async () => {
  const port = await freePort()
  url = `http://127.0.0.1:${port}`
  hub = await startApp({
    // The bundle that `npm start` runs does not name the packages of its modules.
    program: new URL('../../../apps/hub/src/main.ts', import.meta.url).pathname,
    environment: {
      SESSION_MANAGER_PORT: String(port),
      CLIENT_PORT: '0',
      NODE_OPTIONS: `--import ${new URL('record-modules.js', import.meta.url).href}`,
    },
    healthUrl: `${url}/health`,
  })
}, 60_000)
afterAll(() => hub.stop())

const accept = 'application/json, text/event-stream'
const clientInfo = { name: 'test', version: '1.0.0' }

/** Sends a request of version 2026-07-28. */
function sendModern(method: string, params: object, headers: Record<string, string> = {}) {
  const meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientInfo': clientInfo,
    'io.modelcontextprotocol/clientCapabilities': {},
  }
  return postJson(
    `${url}/mcp`,
    { jsonrpc: '2.0', id: 1, method, params: { ...params, _meta: meta } },
    { accept, 'mcp-protocol-version': '2026-07-28', 'mcp-method': method, ...headers },
  )
}

const addition = { name: 'calculator_add', arguments: { a: 2, b: 3 } }
const withSum = (structuredContent: unknown) => ({
  status: 200,
  body: { result: { structuredContent } },
})

it('loads the SDK at the first request that needs it, not at the start of the hub', async () => {
  expect(hub.output()).toContain('/libs/hub/')
  const session = await openSession(url)
  const called = await postJson(`${session}/requests`, {
    id: 'req-1',
    timestamp: new Date().toISOString(),
    ...calculation('add', 2, 3),
    metadata: { version: '1.0', source: 'test' },
  })
  expect(called).toMatchObject({ status: 200, body: { data: { result: 5 } } })
  expect(await callLegacy()).toMatchObject(withSum({ result: 5 }))
  const modern = await sendModern('tools/call', addition, { 'mcp-name': addition.name })
  expect(modern).toMatchObject(withSum(5))
  expect(hub.output()).not.toContain(sdk)
  expect(await sendModern('server/discover', {})).toMatchObject({ status: 200 })
  expect(hub.output()).toContain(sdk)
})

/** Calls a tool in a session of version 2025-11-25. */
async function callLegacy() {
  const opened = await fetch(`${url}/mcp`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 0,
      method: 'initialize',
      params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo },
    }),
  })
  await opened.body?.cancel()
  return postJson(
    `${url}/mcp`,
    { jsonrpc: '2.0', id: 1, method: 'tools/call', params: addition },
    { accept, 'mcp-session-id': opened.headers.get('mcp-session-id') ?? '' },
  )
}
