import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import type { RunningApp } from '@mcp/node'
import { createLogger, readEnvironment } from '@mcp/node'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import { hubConfig } from './config.ts'
import { startHub } from './start-hub.ts'

const program = fileURLToPath(new URL('../fixtures/upstream-program.ts', import.meta.url))

let folder: string
let running: RunningApp | undefined
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mcp-upstream-hub-'))
})
afterEach(async () => {
  await running?.close({ graceMs: 1000 })
  running = undefined
  rmSync(folder, { recursive: true })
})

async function start(servers: object): Promise<{ url: string; banner: string; log: string[] }> {
  const file = join(folder, 'mcp.json')
  writeFileSync(file, JSON.stringify({ mcpServers: servers }))
  const env = {
    CLIENT_PORT: '0',
    SESSION_MANAGER_PORT: '0',
    MCP_DATA_DIR: folder,
    MCP_CONFIG: file,
    MCP_STARTER: 'false',
  }
  const log: string[] = []
  running = await startHub(readEnvironment(hubConfig, { env }), {
    log: createLogger({ name: 'hub', level: 'info', write: (line) => log.push(line) }),
  })
  const banner = running.banner?.join('\n') ?? ''
  return { url: /Session manager +(\S+)/.exec(banner)?.[1] ?? '', banner, log }
}

const greeterProcess = { command: process.execPath, args: ['--conditions=@mcp/source', program] }

async function request(url: string, method: string, body?: unknown) {
  const response = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
}

it('offers the tools of a server of the file, and shows its state but no secret', async () => {
  const env = { KEY: 'secret-of-the-entry' }
  const { url, banner, log } = await start({ greeter: { ...greeterProcess, env } })
  expect(banner).toMatch(/Upstream servers +greeter \(stdio\)/)
  const { body: session } = await request(`${url}/sessions`, 'POST', {})
  const call = {
    type: 'tool-execution',
    payload: { tool: 'greeter', operation: 'greet', params: { name: 'Ann' } },
  }
  await vi.waitFor(async () => {
    const path = `${url}/sessions/${session.sessionId}/requests`
    expect(JSON.stringify(await request(path, 'POST', call))).toContain('Hello, Ann')
  }, 15_000)
  const { body } = await request(`${url}/servers`, 'GET')
  const greeter = body.servers.find(({ name }: { name: string }) => name === 'greeter')
  expect(greeter.health.connection).toMatchObject({ phase: 'ready', since: expect.any(String) })
  expect(JSON.stringify([body, banner, log])).not.toContain('secret-of-the-entry')
}, 40_000)

it('adds, restarts and removes a server for a program on this machine', async () => {
  const { url } = await start({})
  const remote = { name: 'remote', url: 'http://127.0.0.1:9/mcp', headers: { key: 'secret-1234' } }
  expect(await request(`${url}/servers`, 'POST', remote)).toMatchObject({ status: 201 })
  const listed = await request(`${url}/servers`, 'GET')
  expect(JSON.stringify(listed.body)).not.toContain('secret-1234')
  expect(listed.body.servers.map(({ name }: { name: string }) => name)).toContain('remote')
  expect(await request(`${url}/servers/remote/restart`, 'POST')).toMatchObject({ status: 204 })
  expect(await request(`${url}/servers/remote`, 'DELETE')).toMatchObject({ status: 204 })
  const command = { name: 'command', ...greeterProcess }
  expect(await request(`${url}/servers`, 'POST', command)).toMatchObject({ status: 403 })
}, 40_000)

it('lists 50 servers of which 10 are dead without a wait', async () => {
  const servers: Record<string, object> = {}
  // The processes never respond, and the addresses refuse connections.
  const silent = { command: process.execPath, args: ['-e', 'setInterval(() => {}, 1e6)'] }
  for (let index = 0; index < 50; index++) {
    servers[`s${index}`] = index < 10 ? silent : { url: `http://127.0.0.1:9/${index}` }
  }
  const { url } = await start(servers)
  await request(`${url}/servers`, 'GET')
  const startedAt = performance.now()
  const { body } = await request(`${url}/servers`, 'GET')
  const elapsed = performance.now() - startedAt
  expect(elapsed).toBeLessThan(1000)
  expect(body.servers).toHaveLength(57)
}, 40_000)
