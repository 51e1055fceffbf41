import type { Server } from 'node:http'

import type { Service } from '@mcp/http'
import type { Clock } from '@mcp/protocol'

import type { InFlight } from './in-flight.ts'

export interface ShutDownOptions {
  readonly server: Server
  readonly service: Service
  readonly inFlight: InFlight
  readonly graceMs: number
  readonly clock: Clock
}

// Requests that were sent before the signal may still wait to be accepted or read.
const settleMs = 100
// For the last bytes of ended streams; connections that never carried a request do not end by themselves.
const flushMs = 500

/** Ends a server so that nobody loses an answer: new callers last, connections when they are idle. */
export async function shutDown(options: ShutDownOptions): Promise<void> {
  const { server, service, inFlight, graceMs, clock } = options
  const deadline = clock.now() + graceMs
  const within = async (ms: number, work: Promise<unknown>): Promise<void> => {
    let cancel = (): void => {}
    const timeUp = new Promise<void>((resolve) => {
      cancel = clock.after(Math.max(0, Math.min(ms, deadline - clock.now())), resolve)
    })
    await Promise.race([work, timeUp]).finally(cancel)
  }

  inFlight.drain()
  await within(settleMs, new Promise(() => {}))
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve())
  })
  try {
    await within(graceMs, inFlight.whenEmpty())
    await within(graceMs, service.close())
    await within(flushMs, closed)
  } finally {
    server.closeAllConnections()
    await closed
  }
}
