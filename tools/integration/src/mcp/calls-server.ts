import { setImmediate, setTimeout as delay } from 'node:timers/promises'

import { defineContract, operation } from '@mcp/protocol'
import { defineServer } from '@mcp/server'
import * as z from 'zod'

const hints = { interactive: true } as const

const contract = defineContract({
  name: 'calls',
  type: 'calls-operation',
  target: 'subject',
  version: '1.0.0',
  operations: {
    progress: operation({
      title: 'Report progress many times',
      description:
        'Reports progress as often as "count" says, "perTurn" times in one turn of the event loop.',
      params: () => z.object({ count: z.number().int(), perTurn: z.number().int().default(150) }),
      result: () => z.literal(true),
      hints,
      examples: [{ params: { count: 1 } }],
    }),
    mixed: operation({
      title: 'Report progress, write log messages and ask',
      description: 'Does so as often as "count" says.',
      params: () => z.object({ count: z.number().int() }),
      result: () => z.literal(true),
      hints,
      examples: [{ params: { count: 1 } }],
    }),
    state: operation({
      title: 'Measure the memory',
      description: 'Collects garbage, then measures the memory.',
      params: () => z.object({}),
      result: stateSchema,
      hints,
      examples: [{ params: {} }],
    }),
  },
})

export function stateSchema() {
  return z.object({
    bytes: z.number(),
    maxBytes: z.number(),
    /** Number of calls that have started since the server started. */
    started: z.number(),
    /** Number of calls that have started and not ended. */
    running: z.number(),
  })
}

const message = 'x'.repeat(200)
/**
 * The range of notifications in which the memory is measured. In most cases, the buffers of the system become
 * full in it, and the connection is closed.
 */
const measured = { from: 6000, to: 40_000 }

/** A server whose calls report progress, write log messages and ask. */
export function callsServer() {
  let started = 0
  let running = 0
  let maxBytes = 0

  function measure(): number {
    // The first collection may still be freeing buffers when it returns.
    globalThis.gc?.()
    globalThis.gc?.()
    const { heapUsed, external } = process.memoryUsage()
    maxBytes = Math.max(maxBytes, heapUsed + external)
    return heapUsed + external
  }

  async function counted(run: () => Promise<void>): Promise<true> {
    started++
    running++
    try {
      await run()
      return true
    } finally {
      running--
    }
  }

  return defineServer(contract, {
    progress: ({ count: total, perTurn }, { progress, signal }) =>
      counted(async () => {
        // The calls run at the same pace, so one of them measures.
        const isFirst = running === 1
        for (let at = 0; at < total && !signal.aborted; at++) {
          progress({ progress: at, total, message })
          if (at % perTurn !== 0) continue
          await setImmediate()
          if (isFirst && at % (2 * perTurn) === 0 && at >= measured.from && at < measured.to)
            measure()
        }
      }),
    mixed: ({ count: rounds }, { progress, log, elicit }) =>
      counted(async () => {
        for (let at = 0; at < rounds; at++) {
          progress({ progress: at })
          log('error', { round: at })
          await delay(2)
          await elicit({ message: 'Go on?', schema: z.object({ name: z.string() }) })
        }
      }),
    async state() {
      measure()
      // Some memory is released only after the first collection.
      await setImmediate()
      const max = maxBytes
      maxBytes = 0
      return { bytes: measure(), maxBytes: max, started, running }
    },
  })
}
