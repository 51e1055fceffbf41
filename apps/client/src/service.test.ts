import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { createLogger, listen, readEnvironment } from '@mcp/node'
import { afterEach, beforeEach, expect, it } from 'vitest'

import { config } from './config.ts'
import { start } from './service.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'client-app-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

it('serves the web client, and reports that the session manager is unavailable', async () => {
  const env = { CLIENT_PORT: '0', MCP_DATA_DIR: folder, SESSION_MANAGER_URL: 'http://127.0.0.1:9' }
  const log = createLogger({ name: 'client', level: 'silent' })
  const { banner = [], close } = await start(readEnvironment(config, { env }), { log })
  try {
    const url = /http:\S+/.exec(banner.join('\n'))?.[0]
    expect(banner).toContain('Session manager    http://127.0.0.1:9')
    const page = await fetch(`${url}/`)
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
    // Without a build of the page, the status is 503.
    expect([200, 503]).toContain(page.status)
    expect((await fetch(`${url}/health`)).status).toBe(200)
    const ready = await fetch(`${url}/ready`)
    expect(ready.status).toBe(503)
    expect(await ready.json()).toMatchObject({ error: { code: 'unavailable' } })
  } finally {
    await close({})
  }
})

it('expects the session manager at its port on this machine', async () => {
  const env = { CLIENT_PORT: '0', MCP_DATA_DIR: folder, SESSION_MANAGER_PORT: '5055' }
  const log = createLogger({ name: 'client', level: 'silent' })
  const { banner = [], close } = await start(readEnvironment(config, { env }), { log })
  await close({})
  expect(banner).toContain('Session manager    http://127.0.0.1:5055')
})

it('keeps conversations in the data folder', async () => {
  const env = { CLIENT_PORT: '0', MCP_DATA_DIR: folder }
  const log = createLogger({ name: 'client', level: 'silent' })
  const headers = { 'x-mcp-owner': 'o'.repeat(43), 'content-type': 'application/json' }
  const titles: unknown[] = []
  for (const title of ['first', 'second']) {
    const { banner = [], close } = await start(readEnvironment(config, { env }), { log })
    const url = /http:\S+/.exec(banner.join('\n'))?.[0]
    const body = JSON.stringify({ title })
    const created = await fetch(`${url}/conversations`, { method: 'POST', headers, body })
    expect(created.status).toBe(201)
    titles.push(await (await fetch(`${url}/conversations`, { headers })).json())
    await close({})
  }
  expect(existsSync(join(folder, 'conversations.db'))).toBe(true)
  expect(titles[1]).toMatchObject({ conversations: [{ title: 'second' }, { title: 'first' }] })
})

it('keeps saved calls as files in the data folder', async () => {
  const env = { CLIENT_PORT: '0', MCP_DATA_DIR: folder }
  const log = createLogger({ name: 'client', level: 'silent' })
  const { banner = [], close } = await start(readEnvironment(config, { env }), { log })
  const url = /http:\S+/.exec(banner.join('\n'))?.[0]
  const init = { method: 'PUT', headers: { 'content-type': 'application/json' } }
  const call = { type: 'root-operation', payload: { operation: 'listRoots' } }
  const response = await fetch(`${url}/saved-calls/roots`, { ...init, body: JSON.stringify(call) })
  expect(response.status).toBe(201)
  await close({})
  const text = readFileSync(join(folder, 'saved-calls', 'roots.json'), 'utf8')
  expect(JSON.parse(text)).toEqual(call)
})

it('closes everything that it opened if the start fails', async () => {
  const log = createLogger({ name: 'client', level: 'silent' })
  const other = await listen({
    service: { fetch: async () => new Response(), close: async () => {} },
    port: 0,
  })
  const startAt = (port: number) =>
    start(readEnvironment(config, { env: { CLIENT_PORT: String(port), MCP_DATA_DIR: folder } }), {
      log,
    })
  try {
    await expect(startAt(other.port)).rejects.toThrow('CLIENT_PORT')
    expect(openFilesIn(folder)).toEqual([])
    const { close } = await startAt(0)
    await close({})
    expect(openFilesIn(folder)).toEqual([])
  } finally {
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
