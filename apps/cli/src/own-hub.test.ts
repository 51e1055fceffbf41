import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { startHub } from '@mcp/hub/app'
import type { RunningHub } from '@mcp/hub/app'
import { hubConfig } from '@mcp/hub/settings'
import { createLogger, readEnvironment } from '@mcp/node'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import * as z from 'zod'

import { commandLine } from './fixtures/start-command.ts'

// The hub and its commands are started from their sources.
vi.setConfig({ testTimeout: 60_000 })

let folder: string
let file: string
let hub: RunningHub
let url: string
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mcp-own-'))
  file = join(folder, 'mcp.json')
  writeFileSync(file, '{"mcpServers":{}}')
  const env = {
    MCP_CONFIG: file,
    MCP_DATA_DIR: folder,
    MCP_STARTER: 'false',
    CLIENT_PORT: '0',
    SESSION_MANAGER_PORT: '0',
  }
  const log = createLogger({ name: 'hub', level: 'error' })
  hub = await startHub(readEnvironment(hubConfig, { env }), { log })
  url = /Session manager +(\S+)/.exec(hub.banner?.join('\n') ?? '')?.[1] ?? ''
})
afterEach(async () => {
  await hub.close({ graceMs: 500 })
  rmSync(folder, { recursive: true, force: true })
})

const listSchema = z.object({
  servers: z.array(
    z.object({
      name: z.string(),
      health: z.object({
        connection: z.object({ phase: z.string(), reason: z.string().optional() }).optional(),
      }),
    }),
  ),
})

/** Returns the phases and reasons of the upstream servers by their names. */
async function upstreams(): Promise<
  Record<string, { phase: string; reason?: string | undefined }>
> {
  const { servers } = listSchema.parse(await (await fetch(`${url}/servers`)).json())
  const entries = servers.flatMap(({ name, health: { connection } }) =>
    connection === undefined ? [] : [[name, connection] as const],
  )
  return Object.fromEntries(entries)
}

/** Writes entries that start `mcp`, or connect to a URL. */
function write(servers: Readonly<Record<string, readonly string[] | { readonly url: string }>>) {
  const entries = Object.entries(servers).map(([name, server]) => {
    if ('url' in server) return [name, server]
    const [command, ...args] = commandLine(...server)
    return [name, { command, args, env: { MCP_CONFIG: file, MCP_STARTER: 'false' } }]
  })
  writeFileSync(file, JSON.stringify({ mcpServers: Object.fromEntries(entries) }))
}

it('refuses entries that lead to the hub itself, and reports why', async () => {
  write({
    address: { url: `${url}/mcp` },
    view: { url: `${url}/mcp/all` },
    joined: ['stdio', '--data', folder],
    proxied: ['stdio', '--url', `${url}/mcp`],
  })
  const refused = {
    phase: 'failed',
    reason: expect.stringMatching(
      /could not be started: This hub would be an upstream server of itself.+ Remove the entry/,
    ),
  }
  await vi.waitFor(
    async () =>
      expect(await upstreams()).toMatchObject({
        address: refused,
        view: refused,
        joined: refused,
        proxied: refused,
      }),
    { timeout: 45_000, interval: 200 },
  )
})

it('starts another hub with the same file once, which refuses to start itself', async () => {
  write({ nested: ['stdio', '--data', join(folder, 'other')] })
  // The tools are listed after the connection is ready.
  const nested = await vi.waitFor(
    async () => {
      const { servers } = z
        .object({
          servers: z.array(z.object({ name: z.string(), operations: z.array(z.unknown()) })),
        })
        .parse(await (await fetch(`${url}/servers`)).json())
      const listed = JSON.stringify(servers.find(({ name }) => name === 'nested')?.operations)
      expect(listed).toContain('nested_calculator_evaluate')
      return listed
    },
    { timeout: 45_000, interval: 200 },
  )
  expect(await upstreams()).toMatchObject({ nested: { phase: 'ready' } })
  // The other hub has an entry of the same name, which has no tools.
  expect(nested).not.toContain('nested_nested')
})
