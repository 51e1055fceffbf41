import type { Server } from 'node:http'

import type { Service } from '@mcp/http'
import { errorResponse } from '@mcp/http'
import type { Clock } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'

import type { InFlight } from './in-flight.ts'
import { writeResponse } from './write-response.ts'

export interface ShutDownOptions {
  readonly server: Server
  readonly service: Service
  readonly inFlight: InFlight
  readonly graceMs: number
  readonly clock: Clock
}

/** Default time for the whole shutdown. Docker kills a process after 10 seconds, Kubernetes after 30. */
export const defaultGraceMs = 7000

// Time in which the server still accepts connections, for requests that callers sent before the shutdown.
const settleMs = 100
// Time reserved for the error responses to requests that did not complete.
const lastResponsesMs = 800
// Time reserved for the last bytes of responses. Then idle connections are closed, because they do not end by
// themselves.
const flushMs = 500

/**
 * Closes a server within the grace period without losing a response. The service ends its event
 * streams and completes the requests in flight. Requests that take too long receive an error. Then all
 * connections are closed.
 */
export async function shutDown(options: ShutDownOptions): Promise<void> {
  const { server, service, inFlight, graceMs, clock } = options
  const deadline = clock.now() + graceMs
  const remainingMs = (reservedMs = 0) => Math.max(0, deadline - reservedMs - clock.now())
  const atMost = async (ms: number, work: Promise<unknown>): Promise<void> => {
    let cancel = (): void => {}
    const elapsed = new Promise<void>((resolve) => {
      cancel = clock.after(ms, resolve)
    })
    await Promise.race([work, elapsed]).finally(cancel)
  }

  inFlight.drain()
  await atMost(Math.min(settleMs, remainingMs()), new Promise(() => {}))
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve())
  })
  try {
    const closing = service.close({ graceMs: remainingMs(lastResponsesMs + flushMs) })
    await atMost(remainingMs(flushMs), Promise.all([closing, inFlight.whenEmpty()]))
    for (const response of inFlight.list()) {
      if (response.headersSent) continue
      writeResponse(response, errorResponse(interrupted(response.req.method)))
    }
    await atMost(Math.min(flushMs, remainingMs()), closed)
  } finally {
    server.closeAllConnections()
    await closed
  }
}

/** Creates the error for a request that the service has not completed in time. */
function interrupted(method: string | undefined): McpError {
  if (method === 'GET' || method === 'HEAD') {
    return new McpError('unavailable', 'The process is shutting down. Repeat the request.', {
      details: { reason: 'shutting-down' },
    })
  }
  return new McpError(
    'upstream-error',
    'The process shut down before the request completed. Check its effect before you repeat it.',
    { details: { reason: 'outcome-unknown' }, retryable: false },
  )
}
