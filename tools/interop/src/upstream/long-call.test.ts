import { resolve } from 'node:path'

import { createDispatcher } from '@mcp/dispatcher'
import { createRequest } from '@mcp/protocol'
import { createUpstreamServer, upstreamOptionsSchema } from '@mcp/upstream'
import { createStdioTransport } from '@mcp/upstream/node'
import { expect, it } from 'vitest'

/** Duration of the call. The full form takes 300 seconds: `LONG_CALL_SECONDS=300`. */
const seconds = Number(process.env['LONG_CALL_SECONDS'] ?? 4)
const steps = 10

const everything = resolve(
  import.meta.dirname,
  '../../node_modules/@modelcontextprotocol/server-everything/dist/index.js',
)

it(
  `keeps a call of ${seconds} seconds alive while it reports progress`,
  async () => {
    // Without progress, the call would end after half of its duration.
    const hub = upstreamOptionsSchema.parse({ callIdleTimeoutMs: seconds * 500 })
    const entry = {
      name: 'everything',
      transport: 'stdio' as const,
      command: process.execPath,
      args: [everything, 'stdio'],
      env: {},
      hub,
    }
    const dispatcher = createDispatcher()
    await dispatcher.add(
      createUpstreamServer(entry, { createTransport: () => createStdioTransport(entry) }),
    )
    const request = createRequest('tool-execution', {
      tool: 'everything',
      operation: 'trigger-long-running-operation',
      params: { duration: seconds, steps },
    })
    let reports = 0
    const response = await dispatcher.dispatch(request, {
      deadline: Date.now() + seconds * 2000 + 30_000,
      onEvent({ type }) {
        if (type === 'progress') reports++
      },
    })
    await dispatcher.close()
    expect(response).toMatchObject({ status: 'success' })
    expect(reports).toBeGreaterThanOrEqual(steps - 1)
  },
  seconds * 2000 + 60_000,
)
