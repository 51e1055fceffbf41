import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

import { afterEach, expect, it, vi } from 'vitest'
import * as z from 'zod'

import { connectClient } from './fixtures/connect-client.ts'
import { startMcpServer } from './fixtures/mcp-server.ts'

const root = resolve(import.meta.dirname, '../../..')
const page = readFileSync(join(root, 'docs/standard-mcp.md'), 'utf8')
// The sections after it are about clients that connect by URL, without a command.
const [document = ''] = page.split('\n## Connect a client by URL')

const configuration = z.strictObject({
  mcpServers: z.strictObject({
    mcp: z.strictObject({
      command: z.string(),
      args: z.array(z.string()),
      env: z.record(z.string(), z.string()).default({}),
    }),
  }),
})

/** The configurations that the page shows, with the folder of this repository. */
const [local, remote] = Array.from(document.matchAll(/^```json\n(.*?)^```/gms), ([, text = '']) => {
  const { mcp } = configuration.parse(JSON.parse(text)).mcpServers
  const args = mcp.args.map((each) => (each === '/path/to/mcp' ? root : each))
  return { commandLine: [mcp.command, ...args], env: mcp.env }
})

const opened: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const each of opened.splice(0).toReversed()) await each.close()
})

it('starts the hub for the client that the configuration is pasted into', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mcp-docs-'))
  const socket = join(folder, 'hub.sock')
  const { commandLine = [] } = local ?? {}
  const connected = await connectClient(commandLine, 'legacy', { env: { MCP_DATA_DIR: folder } })
  const { tools } = await connected.client.listTools()
  expect(tools.map(({ name }) => name)).toContain('calculator_evaluate')
  expect(existsSync(socket)).toBe(true)
  await connected.close()
  // The program that npm has started ends, too.
  await vi.waitFor(() => expect(existsSync(socket)).toBe(false))
  rmSync(folder, { recursive: true, force: true })
}, 60_000)

it('connects the client with the URL of the configuration', async () => {
  const { commandLine = [], env = {} } = remote ?? {}
  expect(env['MCP_TOKEN']).toBeDefined()
  const token = 'a-secret-of-ann-1'
  const server = await startMcpServer({ token })
  opened.push(server)
  const withUrl = commandLine.map((each) =>
    each === 'http://localhost:5000/mcp' ? server.url : each,
  )
  const connected = await connectClient(withUrl, 'modern', { env: { ...env, MCP_TOKEN: token } })
  opened.push(connected)
  expect((await connected.client.listTools()).tools).toHaveLength(6)
}, 60_000)
