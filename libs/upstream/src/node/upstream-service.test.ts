import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { createDispatcher } from '@mcp/dispatcher'
import type { Dispatcher } from '@mcp/dispatcher'
import { createMemoryDocumentStore } from '@mcp/files'
import type { RequestContext, RequestEnvelope, ResponseEnvelope } from '@mcp/protocol'
import { createRequest, createResponse } from '@mcp/protocol'
import { createManualClock } from '@mcp/protocol/testing'
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest'

import type { UpstreamEntry } from '../entry/upstream-entry.ts'
import type { ConnectedServer } from '../upstreams.ts'
import type { UpstreamService, UpstreamServiceOptions } from './upstream-service.ts'
import { createUpstreamService } from './upstream-service.ts'

let folder: string
let file: string
let created: string[]
let closed: string[]
let restarted: string[]
let warnings: string[]
let dispatcher: Dispatcher
let service: UpstreamService | undefined

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mcp-upstreams-'))
  file = join(folder, 'mcp.json')
  ;[created, closed, restarted, warnings] = [[], [], [], []]
  dispatcher = createDispatcher({
    servers: [createServer({ name: 'tools' }, 'tools', 'calculator')],
  })
  created = []
})
afterEach(async () => {
  service?.close()
  await dispatcher.close()
  rmSync(folder, { recursive: true })
})

const waiting = new Map<string, () => void>()

/** URLs of the latest servers, by name. */
const urls = new Map<string, unknown>()

/** A server with one tool. A call of the operation "wait" ends when the test finishes it. */
function createServer(
  entry: Pick<UpstreamEntry, 'name'>,
  name: string,
  target = name,
): ConnectedServer {
  const route = { type: 'tool-execution', targetKey: 'tool', targets: [target] }
  created.push(name)
  if ('url' in entry) urls.set(name, entry.url)
  return {
    name,
    source: name,
    describe: () => ({
      name,
      source: name,
      version: 'args' in entry ? String(entry.args) : '',
      routes: [route],
      operations: [],
      notifications: {},
    }),
    process(request: RequestEnvelope, context: RequestContext) {
      const { promise, resolve } = Promise.withResolvers<ResponseEnvelope>()
      const respond = (result: string): void =>
        resolve(createResponse(request.id, 'success', { result }, { source: name }))
      if (request.payload['operation'] === 'wait') waiting.set(name, () => respond(name))
      else respond(name)
      context.signal.addEventListener('abort', () => respond('aborted'))
      return promise
    },
    subscribe: () => () => {},
    health: () => ({ state: 'healthy' }),
    restart: async () => void restarted.push(name),
    close: async () => void closed.push(name),
  }
}

async function start(servers?: object, options: Partial<UpstreamServiceOptions> = {}) {
  if (servers !== undefined) write(servers)
  service = createUpstreamService({
    createServer,
    folder,
    configured: file,
    onWarning: (message) => warnings.push(message),
    onError(error) {
      throw error
    },
    ...options,
  })
  await service.start(dispatcher)
  return service
}

const write = (servers: object) => writeFileSync(file, JSON.stringify({ mcpServers: servers }))
const names = () => dispatcher.descriptions().map(({ name }) => name)

function call(tool: string, operation = 'run') {
  return dispatcher.dispatch(createRequest('tool-execution', { tool, operation, params: {} }))
}

it('adds the servers of the file, and follows its changes without touching the others', async () => {
  const { banner } = await start({
    a: { command: 'a' },
    b: { url: 'https://b/', headers: { x: 'secret' } },
  })
  expect(banner).toEqual(['Upstream servers   a (stdio), b (http)'])
  expect(names()).toEqual(['tools', 'a', 'b'])
  const running = call('b', 'wait')
  const unchanged = call('a', 'wait')
  write({ a: { command: 'a' }, c: { command: 'c' } })
  await vi.waitFor(() => expect(names()).toEqual(['tools', 'a', 'c']), 2000)
  expect(created).toEqual(['a', 'b', 'c'])
  // The call of the removed server completes before the server is closed.
  expect(closed).toEqual([])
  for (const name of ['a', 'b']) waiting.get(name)?.()
  expect(await running).toMatchObject({ status: 'success', data: { result: 'b' } })
  expect(await unchanged).toMatchObject({ status: 'success', data: { result: 'a' } })
  await vi.waitFor(() => expect(closed).toEqual(['b']))
})

it('replaces a server whose entry has changed', async () => {
  await start({ a: { command: 'a', args: ['1'] } })
  write({ a: { command: 'a', args: ['2'] } })
  const versions = () => dispatcher.descriptions().map(({ version }) => version)
  await vi.waitFor(() => expect(versions()).toEqual(['', '2']), 2000)
  await vi.waitFor(() => expect(closed).toEqual(['a']))
})

it('renames a server that has the name of another server or tool', async () => {
  await start({ tools: { command: 'x' }, calculator: { command: 'x' } })
  expect(names()).toEqual(['tools', 'tools-2', 'calculator-2'])
  expect(await call('calculator')).toMatchObject({ data: { result: 'tools' } })
  expect(warnings).toEqual([
    expect.stringContaining('"tools" is named "tools-2"'),
    expect.stringContaining('"calculator" is named "calculator-2"'),
  ])
})

it('keeps the servers if the file becomes invalid', async () => {
  await start({ a: { command: 'a' } })
  writeFileSync(file, '{')
  await vi.waitFor(() => expect(warnings).toHaveLength(1), 3000)
  expect(warnings[0]).toContain('is malformed. The servers stay as they were.')
  expect(names()).toEqual(['tools', 'a'])
})

it('keeps the servers that operators add, and removes and restarts them', async () => {
  const first = await start({})
  await first.add('remote', { url: 'https://example.com/', headers: { key: 'secret' } })
  expect(names()).toEqual(['tools', 'remote'])
  await expect(first.add('remote', { url: 'https://example.com/' })).rejects.toThrow('exists')
  first.close()
  expect(statSync(join(folder, 'servers.json')).mode & 0o777).toBe(0o600)
  await dispatcher.remove('remote')

  const second = await start()
  expect(names()).toEqual(['tools', 'remote'])
  await second.restart('remote')
  expect(restarted).toEqual(['remote'])
  await second.remove('remote')
  expect(names()).toEqual(['tools'])
  expect(readFileSync(join(folder, 'servers.json'), 'utf8')).not.toContain('secret')
  await expect(second.remove('remote')).rejects.toMatchObject({ code: 'not-found' })
})

it('runs the server that an operator has added again when the file no longer defines it', async () => {
  const started = await start({})
  await started.add('remote', { url: 'https://operator.example.com/' })
  const urlOf = () => urls.get('remote')
  expect(urlOf()).toBe('https://operator.example.com/')
  write({ remote: { url: 'https://file.example.com/' } })
  await vi.waitFor(() => expect(urlOf()).toBe('https://file.example.com/'), 2000)
  write({})
  await vi.waitFor(() => expect(urlOf()).toBe('https://operator.example.com/'), 2000)
  expect(names()).toEqual(['tools', 'remote'])
})

it('refuses to change servers of the file and built-in servers', async () => {
  const started = await start({ a: { command: 'a' }, off: { disabled: true } })
  const inFile = { code: 'conflict', message: expect.stringContaining(`defined in ${file}.`) }
  await expect(started.remove('a')).rejects.toMatchObject(inFile)
  await expect(started.add('a', { url: 'https://example.com/' })).rejects.toMatchObject(inFile)
  await expect(started.add('off', { url: 'https://example.com/' })).rejects.toMatchObject(inFile)
  await expect(started.remove('tools')).rejects.toMatchObject({ code: 'conflict' })
  await expect(started.restart('other')).rejects.toMatchObject({ code: 'not-found' })
})

it('runs commands of operators only if they are allowed, and gives them no variables', async () => {
  const first = await start({})
  await expect(first.add('x', { command: 'x' })).rejects.toMatchObject({ code: 'forbidden' })
  const variable = { url: 'https://example.com/', headers: { key: '${HOME}' } }
  await expect(first.add('x', variable)).rejects.toThrow(
    'headers.key: the variable HOME is not set',
  )
  first.close()
  const second = await start(undefined, { allowCommands: true })
  await second.add('x', { command: 'x' })
  expect(names()).toEqual(['tools', 'x'])
})

it('follows 100 random edits, without breaking the calls of unchanged servers', async () => {
  let seed = 20_261_129
  const random = (max: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31
    return seed % max
  }
  const all = Array.from({ length: 8 }, (_, index) => `s${index}`)
  const stable = { stable: { command: 'stable' } }
  await start(stable)
  const followed = () => vi.waitFor(() => expect(found()).toEqual(expected), 3000)
  const running = call('stable', 'wait')
  let expected: Record<string, string> = {}
  const found = () =>
    Object.fromEntries(
      dispatcher
        .descriptions()
        .filter(({ name }) => name.startsWith('s') && name !== 'stable')
        .map(({ name, version }) => [name, version]),
    )
  for (let edit = 1; edit <= 100; edit++) {
    const chosen = all.filter(() => random(2) === 0)
    expected = Object.fromEntries(chosen.map((name) => [name, String(random(3))]))
    const servers = Object.entries(expected).map(([name, arg]) => [
      name,
      { command: 'x', args: [arg] },
    ])
    if (random(10) === 0) writeFileSync(file, '{"mcpServers": {')
    write({ ...stable, ...Object.fromEntries(servers) })
    // The other edits come faster than the file is read.
    if (edit % 20 === 0) await followed()
  }
  expect(created.filter((name) => name === 'stable')).toHaveLength(1)
  waiting.get('stable')?.()
  expect(await running).toMatchObject({ status: 'success', data: { result: 'stable' } })
})

it('shares the servers that operators add, and runs no command that this process does not allow', async () => {
  const sharedServers = createMemoryDocumentStore()
  const clock = createManualClock()
  const here = await start({}, { sharedServers, clock })
  const elsewhere = createDispatcher({ servers: [] })
  onTestFinished(() => elsewhere.close())
  const there = createUpstreamService({
    createServer,
    folder: join(folder, 'there'),
    configured: file,
    allowCommands: true,
    sharedServers,
    clock,
    onWarning() {},
    onError(error) {
      throw error
    },
  })
  onTestFinished(() => there.close())
  await there.start(elsewhere)
  await Promise.all([
    here.add('a', { url: 'https://a/' }),
    there.add('b', { url: 'https://b/' }),
    there.add('c', { command: 'c' }),
  ])
  await expect(here.add('b', { url: 'https://other/' })).rejects.toMatchObject({
    details: { reason: 'name-taken' },
  })
  clock.advance(2000)
  await vi.waitFor(() => expect(names().toSorted()).toEqual(['a', 'b', 'tools']))
  const namesThere = () => elsewhere.descriptions().map(({ name }) => name)
  await vi.waitFor(() => expect(namesThere().toSorted()).toEqual(['a', 'b', 'c']))
  await here.remove('b')
  clock.advance(2000)
  await vi.waitFor(() => expect(namesThere().toSorted()).toEqual(['a', 'c']))
})
