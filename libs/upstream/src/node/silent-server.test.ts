import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { createRequest, systemClock } from '@mcp/protocol'
import { expect, it } from 'vitest'

import { createMemoryCatalogueStore } from '../catalogue/memory-catalogue-store.ts'
import { openConnection } from '../connection/open-connection.ts'
import { createUpstreamServer } from '../create-upstream-server.ts'
import type { StdioEntry } from '../entry/upstream-entry.ts'
import { upstreamOptionsSchema } from '../entry/upstream-options.ts'
import { createStdioTransport } from './stdio-transport.ts'

/** A legacy server that ignores each request before `initialize`, as some published servers do. */
const program = `
  let isInitialized = false
  require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
    const { id, method, params } = JSON.parse(line)
    if (method !== 'initialize' || isInitialized) return
    isInitialized = true
    const { protocolVersion } = params
    const result = { protocolVersion, capabilities: {}, serverInfo: { name: 'silent', version: '1' } }
    process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, result }) + '\\n')
  })`

const handlers = { onNotification() {}, onRequest: async () => ({}), onClose() {} }

function entryOf(command: string, args: readonly string[]): StdioEntry {
  const hub = upstreamOptionsSchema.parse({})
  return { name: 'silent', transport: 'stdio', command, args, env: {}, hub }
}

it('initializes a process that ignores the probe of the modern version', async () => {
  const silent = entryOf(process.execPath, ['-e', program])
  const connection = await openConnection(
    {
      entry: silent,
      createTransport: () => createStdioTransport(silent),
      clock: systemClock,
      prior: undefined,
      signal: AbortSignal.timeout(20_000),
      probeTimeoutMs: 200,
    },
    handlers,
  )
  expect(connection.era).toBe('legacy')
  expect(connection.client.getServerVersion()?.name).toBe('silent')
  await connection.close()
})

it('suggests "-y" for an npx that may wait for permission to install', async () => {
  const opening = openConnection(
    {
      entry: {
        ...entryOf('npx', ['some-server']),
        hub: upstreamOptionsSchema.parse({ startTimeoutMs: 1000 }),
      },
      createTransport: () =>
        createStdioTransport(entryOf(process.execPath, ['-e', 'process.stdin.resume()'])),
      clock: systemClock,
      prior: undefined,
      signal: AbortSignal.timeout(20_000),
    },
    handlers,
  )
  await expect(opening).rejects.toThrow('within 1000 ms. Add "-y" to "args"')
})

/** A legacy server that ends at each request before `initialize`, as those of some SDKs do. */
const strict = `
  let starts = Number(require('node:fs').readFileSync(process.argv[1], 'utf8') || 0)
  require('node:fs').writeFileSync(process.argv[1], String(starts + 1))
  let isInitialized = false
  require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
    const { id, method, params } = JSON.parse(line)
    if (method === 'initialize') isInitialized = true
    if (!isInitialized) process.exit(1)
    if (id === undefined) return
    const { protocolVersion } = params
    const capabilities = { tools: {} }
    const tools = [{ name: 'ping', inputSchema: { type: 'object' } }]
    const serverInfo = { name: 'strict', version: '1' }
    const result =
      method === 'initialize' ? { protocolVersion, capabilities, serverInfo } : { tools, content: [] }
    process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, result }) + '\\n')
  })`

it('starts a process that ends at the probe again without one, and remembers it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mcp-strict-'))
  const file = join(folder, 'starts')
  writeFileSync(file, '')
  const starts = () => Number(readFileSync(file, 'utf8'))
  const entry = entryOf(process.execPath, ['-e', strict, file])
  const catalogues = createMemoryCatalogueStore()
  const createTransport = () => createStdioTransport(entry)
  const server = createUpstreamServer(entry, { createTransport, catalogues })
  try {
    const countTools = async () => (await server.describe()).operations.length
    await expect.poll(countTools, { timeout: 20_000 }).toBe(1)
    expect(starts()).toBe(2)
    expect(server.health()).toMatchObject({
      connection: { attempt: { outcome: 'strict 1, legacy' } },
    })
    await server.restart()
    const { signal } = new AbortController()
    const request = createRequest('tool-execution', {
      tool: 'silent',
      operation: 'ping',
      params: {},
    })
    const response = await server.process(request, { signal, deadline: Date.now() + 10_000 })
    expect(response.status).toBe('success')
    expect(starts()).toBe(3)
  } finally {
    await server.close()
    rmSync(folder, { recursive: true })
  }
})
