import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { get } from 'node:http'
import type { Server } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Environment, RunningApp } from '@mcp/node'
import { createLogger, readEnvironment } from '@mcp/node'
import { toolsServer } from '@mcp/server-tools'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import { hubConfig } from './config.ts'
import { hubSocketPath } from './socket-path.ts'
import type { StartHubOptions } from './start-hub.ts'
import { startHub as start } from './start-hub.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mcp-hub-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const running: RunningApp[] = []
afterEach(async () => {
  for (const app of running.splice(0)) await app.close({ graceMs: 1000 })
})

const freePorts = { CLIENT_PORT: '0', SESSION_MANAGER_PORT: '0' }

async function startHub(variables: Environment = {}, options?: StartHubOptions) {
  const log = createLogger({ name: 'hub', level: 'error' })
  const env = { MCP_DATA_DIR: folder, ...variables }
  const app = await start(
    readEnvironment(hubConfig, { env: { ...freePorts, ...env } }),
    { log },
    options,
  )
  running.push(app)
  const banner = app.banner?.join('\n') ?? ''
  const [client = '', sessionManager = ''] = banner.match(/http:\S+/g) ?? []
  return { ...app, banner, client, sessionManager }
}

function post(url: string, body: unknown): Promise<Response> {
  const headers = { 'content-type': 'application/json' }
  return fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
}

const sum = { tool: 'calculator', operation: 'add', params: { a: 2, b: 3 } }

async function openSession(sessionManager: string): Promise<string> {
  const response = await post(`${sessionManager}/sessions`, { clientId: 'test-client' })
  return String(Object(await response.json()).sessionId)
}

it('reports a Redis that is not reachable without its password, and unlocks the data folder', async () => {
  const REDIS_URL = 'redis://:secret-of-redis@127.0.0.1:1'
  for (let count = 0; count < 2; count++) {
    const error: unknown = await startHub({ REDIS_URL }).catch((thrown: unknown) => thrown)
    expect(String(error)).toContain('Redis at 127.0.0.1:1 is not reachable.')
    expect(String(error)).not.toContain('secret-of-redis')
  }
  expect((await startHub()).client).toMatch(/^http:/)
})

it('serves the calls that the README shows', async () => {
  const { client, sessionManager } = await startHub()
  const session = await openSession(sessionManager)
  const request = { type: 'tool-execution', payload: sum }
  const response = await post(`${sessionManager}/sessions/${session}/requests`, request)
  expect(await response.json()).toMatchObject({ status: 'success', data: { result: 5 } })

  const prompt = await post(`${client}/process`, { prompt: 'What is 12 * 12?' })
  expect(await prompt.json()).toMatchObject({
    status: 'success',
    data: { result: { response: expect.stringContaining('144'), offline: true } },
  })
  const tool = await post(`${client}/tools/execute`, sum)
  expect(await tool.json()).toMatchObject({ data: { result: 5 } })
  expect(await (await fetch(client)).text()).toMatch(/^<!doctype html>/)
})

it('prints the model and the data folder', async () => {
  const { banner } = await startHub()
  expect(banner).toContain('offline planner: no language model. Set LLM_API_URL')
  expect(banner).toContain(`in ${folder}: sessions, conversations, database, files, prompts.`)
})

it('prints the configured language model', async () => {
  const env = { LLM_API_URL: 'http://127.0.0.1:9/v1', LLM_API_KEY: 'secret', LLM_MODEL: 'small' }
  const { banner } = await startHub(env)
  expect(banner).toMatch(/Language model +127\.0\.0\.1:9, small/)
  expect(banner).not.toContain('secret')
})

it('reports which variable is missing besides a key', async () => {
  await expect(startHub({ LLM_API_KEY: 'secret' })).rejects.toThrow('without LLM_API_URL')
})

it('closes its files if the start fails', async () => {
  const conversations = join(folder, 'conversations.db')
  writeFileSync(conversations, 'not a database'.repeat(100))
  await expect(startHub()).rejects.toThrow('is damaged')
  rmSync(conversations)
  expect((await startHub()).client).toMatch(/^http:/)
})

it.each<[string, string, (occupied: string) => Environment]>([
  ['an invalid policy', 'Cannot read the policy', () => ({ MCP_POLICY: join(folder, 'none') })],
  ['a secret that cannot be read', 'EISDIR', () => ({})],
  ['a server with the name of another one', 'already exists', () => ({})],
  ['the port of the client app in use', 'CLIENT_PORT', (port) => ({ CLIENT_PORT: port })],
  [
    'the port of the session manager in use',
    'SESSION_MANAGER_PORT',
    (port) => ({ SESSION_MANAGER_PORT: port }),
  ],
])(
  'closes everything that it opened if the start fails: %s',
  async (problem, message, variables) => {
    const other = createServer()
    const [occupied, free] = await Promise.all([listenOnFreePort(other), findFreePort()])
    const outside = mkdtempSync(join(tmpdir(), 'mcp-hub-'))
    const inFolder = (name: string, text: string): string => {
      writeFileSync(join(outside, name), text)
      return join(outside, name)
    }
    const env = {
      SESSION_MANAGER_PORT: free,
      MCP_AUDIT: join(outside, 'audit.jsonl'),
      MCP_POLICY: inFolder('policy.yaml', 'rules: [{ effect: allow }]'),
      MCP_TOKENS_FILE: inFolder('tokens', 'ann:a-secret-of-ann-1'),
      MCP_CONFIG: inFolder('mcp.json', '{ "mcpServers": {} }'),
    }
    const secret = join(folder, 'mcp-secret')
    if (problem.includes('secret')) mkdirSync(secret)
    const every = vi.spyOn(globalThis, 'setInterval')
    const cleared = vi.spyOn(globalThis, 'clearInterval')
    try {
      const options = problem.includes('name') ? { servers: [toolsServer] } : {}
      await expect(startHub({ ...env, ...variables(occupied) }, options)).rejects.toThrow(message)
      const stopped = new Set(cleared.mock.calls.map(([timer]) => timer))
      expect(every.mock.results.filter(({ value }) => !stopped.has(value))).toEqual([])
      expect(openFilesIn(folder, outside)).toEqual([])
      rmSync(secret, { recursive: true, force: true })
      expect((await startHub(env)).client).toMatch(/^http:/)
    } finally {
      vi.restoreAllMocks()
      other.close()
      rmSync(outside, { recursive: true })
    }
  },
)

/** Returns the paths of open files in folders, on Linux. */
function openFilesIn(...folders: string[]): string[] {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc/self/fd').flatMap((name) => {
    try {
      const path = readlinkSync(`/proc/self/fd/${name}`)
      return folders.some((each) => path.startsWith(each)) ? [path] : []
    } catch {
      return []
    }
  })
}

async function listenOnFreePort(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return String(typeof address === 'object' ? address?.port : undefined)
}

async function findFreePort(): Promise<string> {
  const server = createServer()
  const port = await listenOnFreePort(server)
  await new Promise((resolve) => server.close(resolve))
  return port
}

it('keeps sessions, rows and files across a restart', async () => {
  const first = await startHub()
  const session = await openSession(first.sessionManager)
  const ask = (url: string, type: string, payload: unknown): Promise<Response> =>
    post(`${url}/sessions/${session}/requests`, { type, payload })
  const sql = 'create table kept (text text); insert into kept values ($1)'
  for (const statement of sql.split(';')) {
    const params = statement.includes('$1') ? ['kept'] : []
    const payload = { operation: 'execute', params: { sql: statement, params } }
    expect((await ask(first.sessionManager, 'database-operation', payload)).status).toBe(200)
  }
  const written = {
    root: 'workspace',
    operation: 'writeFile',
    params: { path: 'a.txt', content: 'kept' },
  }
  expect((await ask(first.sessionManager, 'root-operation', written)).status).toBe(200)
  await first.close({})

  const second = await startHub()
  const query = { operation: 'query', params: { sql: 'select text from kept' } }
  const rows = await ask(second.sessionManager, 'database-operation', query)
  expect(await rows.json()).toMatchObject({ data: { result: { rows: [{ text: 'kept' }] } } })
  const read = { root: 'workspace', operation: 'readFile', params: { path: 'a.txt' } }
  const text = await ask(second.sessionManager, 'root-operation', read)
  expect(await text.json()).toMatchObject({ data: { result: { content: 'kept' } } })
}, 60_000)

it.each([false, true])('serves the socket of its data folder: isLocal %s', async (isLocal) => {
  const path = hubSocketPath(folder)
  // A process that was killed leaves its socket.
  writeFileSync(path, '')
  const tokens = isLocal ? {} : { MCP_TOKENS: 'ann:a-secret-of-ann-1' }
  const hub = await startHub(tokens, { isLocal })
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(hub.sessionManager === '').toBe(isLocal)
  expect(await statusOf(path)).toBe(isLocal ? 200 : 401)
  await expect(startHub({}, { isLocal })).rejects.toMatchObject({ details: { reason: 'in-use' } })
  expect(await statusOf(path)).toBe(isLocal ? 200 : 401)
  await hub.close({ graceMs: 100 })
  expect(existsSync(path)).toBe(false)
})

/** Returns the status of a request over a socket. */
function statusOf(socketPath: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get({ socketPath, path: '/servers' }, (response) => {
      response.resume()
      resolve(response.statusCode)
    }).on('error', reject)
  })
}

it('authenticates callers if tokens are set', async () => {
  const { client, sessionManager } = await startHub({ MCP_TOKENS: 'ann:a-secret-of-ann-1' })
  expect((await post(`${sessionManager}/sessions`, {})).status).toBe(401)
  expect((await post(`${client}/tools/execute`, sum)).status).toBe(401)
  const headers = { 'content-type': 'application/json', authorization: 'Bearer a-secret-of-ann-1' }
  const body = JSON.stringify(sum)
  const response = await fetch(`${client}/tools/execute`, { method: 'POST', headers, body })
  expect(await response.json()).toMatchObject({ data: { result: 5 } })
})
