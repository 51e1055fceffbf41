import { mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { createLogger, listen, readEnvironment } from '@mcp/node'
import { toolsServer } from '@mcp/server-tools'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import { config } from './config.ts'
import { start } from './service.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mcp-session-manager-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

async function post(url: string, body: unknown): Promise<unknown> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
  return response.json()
}

it('forwards requests to the servers whose URLs are set', async () => {
  const tools = await listen({ service: toolsServer(), port: 0 })
  const env = { SESSION_MANAGER_PORT: '0', MCP_DATA_DIR: folder, TOOLS_SERVER_URL: tools.url }
  const log = createLogger({ name: 'session-manager', level: 'error' })
  const { banner = [], close } = await start(readEnvironment(config, { env }), { log })
  try {
    const url = /http:\S+/.exec(banner.join('\n'))?.[0]
    expect(banner).toContain(`tools server     ${tools.url}`)
    const { sessionId } = Object(await post(`${url}/sessions`, { clientId: 'test-client' }))
    const payload = { tool: 'calculator', operation: 'add', params: { a: 2, b: 3 } }
    const request = { type: 'tool-execution', payload }
    expect(await post(`${url}/sessions/${sessionId}/requests`, request)).toMatchObject({
      status: 'success',
      data: { result: 5 },
      metadata: { source: 'mcp-server-3' },
    })
  } finally {
    await close({})
    await tools.close()
  }
})

it('starts before its servers, and reports them as unavailable until they start', async () => {
  const closedPort = 'http://127.0.0.1:9'
  const env = { SESSION_MANAGER_PORT: '0', MCP_DATA_DIR: folder, TOOLS_SERVER_URL: closedPort }
  const log = createLogger({ name: 'session-manager', level: 'silent' })
  const { banner = [], close } = await start(readEnvironment(config, { env }), { log })
  try {
    const url = /http:\S+/.exec(banner.join('\n'))?.[0]
    const { sessionId } = Object(await post(`${url}/sessions`, { clientId: 'test-client' }))
    const request = { type: 'tool-execution', payload: { tool: 'calculator', operation: 'add' } }
    expect(await post(`${url}/sessions/${sessionId}/requests`, request)).toMatchObject({
      status: 'error',
      error: { code: 'unavailable' },
    })
  } finally {
    await close({})
  }
})

it('serves further servers by their URLs', async () => {
  const tools = await listen({ service: toolsServer(), port: 0 })
  const SERVER_URLS = `abacus=${tools.url}`
  const closedPort = 'http://127.0.0.1:9'
  const env = {
    SESSION_MANAGER_PORT: '0',
    MCP_DATA_DIR: folder,
    TOOLS_SERVER_URL: closedPort,
    SERVER_URLS,
  }
  const log = createLogger({ name: 'session-manager', level: 'silent' })
  const { banner = [], close } = await start(readEnvironment(config, { env }), { log })
  try {
    expect(banner).toContain(`abacus server    ${tools.url}`)
  } finally {
    await close({})
    await tools.close()
  }
})

it.each<[string, (occupied: string) => Record<string, string>]>([
  ['SESSION_MANAGER_PORT', (port) => ({ SESSION_MANAGER_PORT: port })],
  ['Cannot read the policy', () => ({ MCP_POLICY: join(folder, 'none') })],
])('closes everything that it opened if the start fails: %s', async (message, variables) => {
  const other = await listen({ service: toolsServer(), port: 0 })
  const inFolder = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }
  const env = {
    SESSION_MANAGER_PORT: '0',
    MCP_DATA_DIR: join(folder, 'data'),
    MCP_AUDIT: join(folder, 'audit.jsonl'),
    MCP_POLICY: inFolder('policy.yaml', 'rules: [{ effect: allow }]'),
    MCP_TOKENS_FILE: inFolder('tokens', 'ann:a-secret-of-ann-1'),
    MCP_CONFIG: inFolder('mcp.json', '{ "mcpServers": {} }'),
  }
  const log = createLogger({ name: 'session-manager', level: 'silent' })
  const startWith = (own: Record<string, string>) =>
    start(readEnvironment(config, { env: { ...env, ...own } }), { log })
  const every = vi.spyOn(globalThis, 'setInterval')
  const cleared = vi.spyOn(globalThis, 'clearInterval')
  try {
    await expect(startWith(variables(String(other.port)))).rejects.toThrow(message)
    const stopped = new Set(cleared.mock.calls.map(([timer]) => timer))
    const running = every.mock.results.filter(({ value }) => !stopped.has(value))
    expect(running.length).toBe(0)
    expect(openFilesIn(folder)).toEqual([])
    const { close } = await startWith({})
    await close({})
    expect(openFilesIn(folder)).toEqual([])
  } finally {
    vi.restoreAllMocks()
    await other.close()
  }
})

/** Returns the paths of open files in a folder, on Linux. */
function openFilesIn(parent: string): string[] {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc/self/fd').flatMap((name) => {
    try {
      const path = readlinkSync(`/proc/self/fd/${name}`)
      return path.startsWith(parent) ? [path] : []
    } catch {
      // The descriptor of the folder that lists the others is closed again.
      return []
    }
  })
}
