import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import type { ConnectedClient, Era } from './fixtures/connect-client.ts'
import { connectClient } from './fixtures/connect-client.ts'
import { commandLine, startCommand } from './fixtures/start-command.ts'

// Each test starts several processes.
vi.setConfig({ testTimeout: 60_000 })

let folder: string
let socket: string
const clients: ConnectedClient[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mcp-stdio-'))
  socket = join(folder, 'hub.sock')
})
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close()
  rmSync(folder, { recursive: true, force: true })
})

async function connect(era: Era, env: Record<string, string> = {}): Promise<ConnectedClient> {
  const connected = await connectClient(commandLine('stdio', '--data', folder), era, { env })
  clients.push(connected)
  return connected
}

/** Calls a tool of the hub, and returns the names of the roots. */
async function roots({ client }: ConnectedClient): Promise<unknown> {
  const { structuredContent } = await client.callTool({ name: 'roots_list_roots', arguments: {} })
  return structuredContent
}

const workspace = { items: [expect.objectContaining({ name: 'workspace' })] }

/** Whether a process runs. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** Number of times that the process of a client has joined the hub of another process. */
function joins({ errors }: ConnectedClient): number {
  return errors().match(/Connected to the hub of another process/g)?.length ?? 0
}

/** Number of times that the process of a client has started the hub. */
function starts({ errors }: ConnectedClient): number {
  return errors().match(/Started the hub/g)?.length ?? 0
}

it('serves the hub to a legacy and a modern client, and leaves nothing behind', async () => {
  const legacy = await connect('legacy')
  const modern = await connect('modern')
  expect(await roots(legacy)).toMatchObject(workspace)
  expect(await roots(modern)).toMatchObject(workspace)
  expect([joins(legacy), joins(modern)]).toEqual([0, 1])
  const pids = [legacy.pid(), modern.pid()]
  expect(existsSync(socket)).toBe(true)
  for (const client of clients.splice(0)) await client.close()
  await vi.waitFor(() => expect(pids.filter(isRunning)).toEqual([]))
  expect(existsSync(socket)).toBe(false)
})

it('fails at the start if the hub has no view of this name, and names the views', async () => {
  const command = startCommand(['stdio', '--data', folder, '--view', 'nope'])
  expect(await command.exited).toBe(1)
  expect(command.errors()).toContain('No view is named "nope". The views are all, search, ')
  expect(command.errors()).toContain('database')
  expect(command.lines).toEqual([])
  const view = startCommand(['stdio', '--data', folder, '--view', 'database'])
  view.send({ jsonrpc: '2.0', id: 1, method: 'ping' })
  view.process.stdin?.end()
  expect(await view.exited).toBe(0)
})

it('takes over the hub, and continues the sessions, when the process of the hub is killed', async () => {
  const rounds = Number(process.env['TAKEOVER_ROUNDS'] ?? 1)
  const running = [await connect('legacy'), await connect('legacy'), await connect('modern')]
  const modern = running[2]
  const subscription = await modern?.client.listen({ toolsListChanged: true })
  for (let round = 0; round < rounds; round++) {
    const killed = running.find((client) => starts(client) > 0)
    if (killed === undefined) throw new Error('no process runs the hub')
    const others = running.filter((client) => client !== killed)
    const before = others.map(starts)
    const inFlight = others.map((client) => roots(client).catch((error: unknown) => error))
    process.kill(killed.pid(), 'SIGKILL')
    for (const result of await Promise.all(inFlight)) {
      expect(result).toSatisfy(isRootsOrBrokenConnection)
    }
    expect(await Promise.all(others.map(roots))).toMatchObject(others.map(() => workspace))
    expect(sumOf(others.map(starts)) - sumOf(before)).toBe(1)
    expect(others.map(({ errors }) => errors()).join('\n')).not.toContain('The session had ended')
    running.splice(running.indexOf(killed), 1, await connect('legacy'))
    clients.splice(clients.indexOf(killed), 1)
  }
  expect(await subscription?.closed).toBe('remote')
}, 600_000)

/** Whether a call has its result, or an error that says that the connection broke. */
function isRootsOrBrokenConnection(result: unknown): boolean {
  if (result instanceof Error) return /connection to the hub/i.test(result.message)
  return JSON.stringify(result).includes('workspace')
}

const sumOf = (numbers: readonly number[]): number =>
  numbers.reduce((total, each) => total + each, 0)

it('runs one hub if several processes start at the same time', async () => {
  const all = await Promise.all([1, 2, 3].map(() => connect('legacy')))
  const results = await Promise.all(all.map(roots))
  expect(results).toMatchObject(all.map(() => workspace))
  expect(all.filter((client) => joins(client) === 0)).toHaveLength(1)
})

it('writes only the protocol to standard output, whatever a dependency prints', async () => {
  const noise = new URL('fixtures/noise.js', import.meta.url).href
  const client = await connect('legacy', { NODE_OPTIONS: `--import=${noise}` })
  await roots(client)
  expect(client.errors()).toContain('process.stdout.write')
})

it('joins the hub of mcp start', async () => {
  const hub = startCommand(['start'], {
    MCP_DATA_DIR: folder,
    CLIENT_PORT: '0',
    SESSION_MANAGER_PORT: '0',
  })
  await vi.waitFor(() => expect(hub.lines.join('\n')).toContain('Session manager'))
  const client = await connect('modern')
  expect(await roots(client)).toMatchObject(workspace)
  expect(joins(client)).toBe(1)
  hub.process.kill('SIGTERM')
  expect(await hub.exited).toBe(0)
})

it.each([
  ['when the hub runs', 'Started the hub', 2000],
  // Node and its modules are still being loaded.
  ['while the hub starts', '', 10_000],
])('exits at the end of its input %s', async (_, log, withinMs) => {
  const command = startCommand(['stdio', '--data', folder])
  await vi.waitFor(() => expect(command.errors()).toContain(log), { timeout: 50_000 })
  const ended = performance.now()
  command.process.stdin?.end()
  expect(await command.exited).toBe(0)
  expect(performance.now() - ended).toBeLessThan(withinMs)
  expect(existsSync(socket)).toBe(false)
})

it('exits with 1 and the reason if the hub cannot start', async () => {
  const command = startCommand(['stdio', '--data', '/dev/null/x'])
  expect(await command.exited).toBe(1)
  expect(command.errors()).toMatch(/^mcp stdio: Cannot create the folder "\/dev\/null\/x"\. .*\n$/)
  expect(command.lines).toEqual([])
})
