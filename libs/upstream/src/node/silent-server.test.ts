import { systemClock } from '@mcp/protocol'
import { expect, it } from 'vitest'

import { openConnection } from '../connection/open-connection.ts'
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
