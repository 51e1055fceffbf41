import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

import type { RunningApp } from '@mcp/node'
import { createLogger, readEnvironment } from '@mcp/node'
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest'

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

async function start(
  servers: object,
  variables: Readonly<Record<string, string>> = {},
): Promise<{ url: string; banner: string; log: string[] }> {
  const file = join(folder, 'mcp.json')
  writeFileSync(file, JSON.stringify({ mcpServers: servers }))
  const env = {
    CLIENT_PORT: '0',
    SESSION_MANAGER_PORT: '0',
    MCP_DATA_DIR: folder,
    MCP_CONFIG: file,
    MCP_STARTER: 'false',
    ...variables,
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

/** Starts an endpoint of the OpenAI API that always responds with the same text. */
async function startModel(content: string): Promise<{ url: string }> {
  const choices = [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content } }]
  const usage = { prompt_tokens: 5, completion_tokens: 3, total_tokens: 8 }
  const server = createServer((incoming, outgoing) => {
    incoming.resume()
    outgoing.setHeader('content-type', 'application/json')
    const completion = {
      id: 'c',
      object: 'chat.completion',
      created: 0,
      model: 'small',
      choices,
      usage,
    }
    outgoing.end(JSON.stringify(completion))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => void server.close())
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return { url: `http://127.0.0.1:${address.port}/v1` }
}

async function callUntilReady(url: string, operation: string, params: object): Promise<string> {
  const { body: session } = await request(`${url}/sessions`, 'POST', {})
  const payload = { tool: 'greeter', operation, params }
  return vi.waitFor(async () => {
    const path = `${url}/sessions/${session.sessionId}/requests`
    const { body } = await request(path, 'POST', { type: 'tool-execution', payload })
    expect(body).toMatchObject({ status: 'success' })
    return body.data.result.content[0].text
  }, 20_000)
}

it('responds to sampling and roots requests of an entry that allows it', async () => {
  const hub = { sampling: 'hub', roots: ['workspace', 'nowhere'] }
  const model = await startModel('It is 5.')
  const { url, log } = await start(
    { greeter: { ...greeterProcess, hub } },
    { LLM_API_URL: model.url, LLM_API_KEY: 'none', LLM_MODEL: 'small' },
  )
  const listed = await callUntilReady(url, 'request', { method: 'roots/list' })
  expect(JSON.parse(listed)).toEqual({
    roots: [{ uri: pathToFileURL(join(folder, 'workspace')).href, name: 'workspace' }],
  })
  const messages = [{ role: 'user', content: { type: 'text', text: 'What is 2 + 3?' } }]
  const sampled = await callUntilReady(url, 'request', {
    method: 'sampling/createMessage',
    params: { messages, maxTokens: 100 },
  })
  expect(JSON.parse(sampled)).toMatchObject({
    role: 'assistant',
    content: { type: 'text', text: 'It is 5.' },
    model: 'small',
    stopReason: 'endTurn',
  })
  expect(log.join()).toContain('names the unknown root \\"nowhere\\"')
}, 40_000)

it('refuses sampling for an entry that does not allow it', async () => {
  const { url } = await start({ greeter: greeterProcess })
  const refused = await callUntilReady(url, 'request', {
    method: 'sampling/createMessage',
    params: { messages: [], maxTokens: 100 },
  })
  expect(JSON.parse(refused)).toMatchObject({ code: -32601 })
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
