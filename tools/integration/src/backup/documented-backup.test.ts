import { execFileSync } from 'node:child_process'
import { existsSync, globSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

import { isRecord } from '@mcp/protocol'
import { afterAll, beforeAll, expect, it } from 'vitest'

import { mcpCommand } from './mcp-command.ts'
import type { System } from '../system.ts'
import { startHub } from '../system.ts'
import { waitUntil } from '../running-app.ts'

const root = resolve(import.meta.dirname, '../../../..')
const page = readFileSync(join(root, 'docs/backup-and-upgrade.md'), 'utf8')
const owner = 'c'.repeat(43)

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mcp-backup-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Returns the commands of the page in the block with the given name. */
function commandsOf(name: string): string {
  const block = new RegExp(`^( *)\`\`\`sh ${name}\n(.*?)^\\1\`\`\``, 'ms').exec(page)?.[2]
  if (block === undefined) throw new Error(`The page has no block of commands "${name}".`)
  return block
}

/** Runs the commands in the folder of the test, in place of the folder of a user. */
function run(commands: string, data: string): void {
  const env = { PATH: process.env['PATH'], MCP_DATA_DIR: data }
  const command = mcpCommand.map((word) => `'${word}'`).join(' ')
  execFileSync('sh', ['-euc', `mcp() { ${command} "$@"; }\n${commands}`], {
    cwd: dirname(data),
    env,
  })
}

/** Names in the first column of the table of the page. */
const documented = new Set(
  page
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((line) =>
      Array.from(line.split('|')[1]?.matchAll(/`([^`]+)`/g) ?? [], ([, name]) => name),
    ),
)

async function call(url: string, method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { 'x-mcp-owner': owner, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
  return text === '' ? undefined : JSON.parse(text)
}

const field = (value: unknown, name: string): string => (isRecord(value) ? String(value[name]) : '')

/** Ids of what {@link use} has created. */
interface Traces {
  readonly sessionId: string
  readonly conversationId: string
}

/** Leaves a trace in every file and folder that a hub creates on use. */
async function use({ clientUrl, sessionManagerUrl }: System): Promise<Traces> {
  const conversationId = field(
    await call(clientUrl, 'POST', '/conversations', { title: 'Kept' }),
    'id',
  )
  const prompt = 'What is 12 * 12?'
  const started = await call(clientUrl, 'POST', `/conversations/${conversationId}/runs`, { prompt })
  await waitUntil('the run ends', async () => {
    const state = await call(clientUrl, 'GET', `/runs/${field(started, 'runId')}`)
    return field(state, 'state') === 'finished'
  })
  await call(clientUrl, 'PUT', '/providers/openai', { key: 'key-of-a-test' })
  const saved = { type: 'root-operation', payload: { operation: 'listRoots' } }
  await call(clientUrl, 'PUT', '/saved-calls/roots', saved)

  const sessionId = field(await call(sessionManagerUrl, 'POST', '/sessions', {}), 'sessionId')
  const session = `/sessions/${sessionId}`
  const statement = { database: 'main', sql: 'select 1' }
  await call(sessionManagerUrl, 'POST', `${session}/database/query`, statement)
  const note = { resource: 'file:///backup.txt', content: 'kept' }
  await call(sessionManagerUrl, 'POST', `${session}/resources/create`, note)
  await call(sessionManagerUrl, 'POST', `${session}/resources/subscribe`, {
    resource: note.resource,
  })
  // Nothing listens on the port: the server is kept, and not connected.
  const upstream = { name: 'away', url: 'http://127.0.0.1:9/mcp' }
  await call(sessionManagerUrl, 'POST', '/servers', upstream)
  return { sessionId, conversationId }
}

async function expectTraces(hub: System, { sessionId, conversationId }: Traces): Promise<void> {
  const conversation = await call(hub.clientUrl, 'GET', `/conversations/${conversationId}`)
  expect(JSON.stringify(conversation)).toContain('What is 12 * 12?')
  expect(JSON.stringify(conversation)).toContain('144')
  const session = await call(hub.sessionManagerUrl, 'GET', `/sessions/${sessionId}`)
  expect(field(session, 'sessionId')).toBe(sessionId)
  const models = await call(hub.clientUrl, 'GET', '/models')
  expect(JSON.stringify(models)).toContain('openai')
  const note = { resource: 'file:///backup.txt' }
  const read = await call(
    hub.sessionManagerUrl,
    'POST',
    `/sessions/${sessionId}/resources/read`,
    note,
  )
  expect(JSON.stringify(read)).toContain('kept')
  const { servers } = Object(await call(hub.sessionManagerUrl, 'GET', '/servers'))
  expect(servers.map((server: unknown) => field(server, 'name'))).toContain('away')
}

it('restores what a running hub has, by the page', async () => {
  const data = join(mkdtempSync(join(folder, 'running-')), 'data')
  const hub = await startHub({ MCP_DATA_DIR: data })
  const traces = await use(hub).catch(async (thrown: unknown) => {
    await hub.stop()
    throw thrown
  })
  const present = readdirSync(data)
  run(commandsOf('running'), data)
  await hub.stop()

  expect(present.filter((name) => !documented.has(name))).toEqual([])
  for (const name of ['conversations.db', 'mcp-secret', 'providers.json', 'servers.json'])
    expect(readdirSync(join(dirname(data), 'backup'))).toContain(name)

  run(commandsOf('restore'), data)
  expect(readFileSync(join(data, 'providers.json'), 'utf8')).toContain('key-of-a-test')
  const restored = await startHub({ MCP_DATA_DIR: data })
  try {
    await expectTraces(restored, traces)
  } finally {
    await restored.stop()
  }
}, 240_000)

it('restores what a stopped hub has, by the page', async () => {
  const data = join(mkdtempSync(join(folder, 'stopped-')), 'data')
  const hub = await startHub({ MCP_DATA_DIR: data })
  const traces = await use(hub).catch(async (thrown: unknown) => {
    await hub.stop()
    throw thrown
  })
  await hub.stop()
  run(commandsOf('stopped'), data)
  run(commandsOf('restore'), data)
  expect(existsSync(join(data, 'conversations.db'))).toBe(true)
  const restored = await startHub({ MCP_DATA_DIR: data })
  try {
    await expectTraces(restored, traces)
  } finally {
    await restored.stop()
  }
}, 240_000)

it('lists every file and folder that the sources create in the data folder', () => {
  const sources = globSync(['apps/*/src/**/*.ts', 'libs/*/src/**/*.ts'], { cwd: root })
  const named = sources
    .filter((file) => !/\.(test|contract|fixture)\.ts$|fixtures|testing/.test(file))
    .flatMap((file) => {
      const text = readFileSync(join(root, file), 'utf8').replaceAll(/^\s*(\*|\/\/).*$/gm, '')
      return Array.from(
        text.matchAll(/\b(?:dataFile\([^()]*,\s*|inData\(|join\(options\.folder,\s*)'([^']+)'/g),
        ([, name]) => name,
      )
    })
  expect(named).toContain('conversations.db')
  expect(new Set(named)).toSatisfy((names: Set<string>) => names.size > 10)
  expect([...new Set(named)].filter((name) => !documented.has(name))).toEqual([])
})
