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

// Requests sent before the signal may not have been accepted or read yet.
const settleMs = 100
// For the last bytes of ended streams; connections without a request do not end by themselves.
const flushMs = 500

/** Closes a server without losing a response: drains, closes the service, then idle connections. */
export async function shutDown(options: ShutDownOptions): Promise<void> {
  const { server, service, inFlight, graceMs, clock } = options
  const deadline = clock.now() + graceMs
  const atMost = async (ms: number, work: Promise<unknown>): Promise<void> => {
    let cancel = (): void => {}
    const elapsed = new Promise<void>((resolve) => {
      cancel = clock.after(Math.max(0, Math.min(ms, deadline - clock.now())), resolve)
    })
    await Promise.race([work, elapsed]).finally(cancel)
  }

  inFlight.drain()
  await atMost(settleMs, new Promise(() => {}))
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve())
  })
  try {
    await atMost(graceMs, inFlight.whenEmpty())
    await atMost(graceMs, service.close())
    await atMost(flushMs, closed)
  } finally {
    server.closeAllConnections()
    await closed
  }
}
