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

it('takes over the hub, and continues the session, when the process of the hub is killed', async () => {
  const first = await connect('legacy')
  const second = await connect('legacy')
  await roots(second)
  process.kill(first.pid(), 'SIGKILL')
  await vi.waitFor(() => expect(isRunning(first.pid())).toBe(false))
  expect(await roots(second)).toMatchObject(workspace)
  expect(second.errors()).toContain('Started the hub')
  expect(second.errors()).not.toContain('The session had ended')
  const third = await connect('modern')
  expect(await roots(third)).toMatchObject(workspace)
  clients.splice(clients.indexOf(first), 1)
})

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

it('exits with 1 and the reason if the hub cannot start', async () => {
  const command = startCommand(['stdio', '--data', '/dev/null/x'])
  expect(await command.exited).toBe(1)
  expect(command.errors()).toMatch(/^mcp stdio: Cannot create the folder "\/dev\/null\/x"\. .*\n$/)
  expect(command.lines).toEqual([])
})
