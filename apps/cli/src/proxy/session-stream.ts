import { backoffMs, delay } from '@mcp/concurrency'
import type { Logger } from '@mcp/node'
import type { Clock } from '@mcp/protocol'

import type { EndpointResponse } from './endpoint.ts'
import type { StreamCursor } from './read-messages.ts'
import { isEventStream, newCursor, readMessages } from './read-messages.ts'

export interface SessionStreamOptions {
  readonly log: Logger
  readonly clock: Clock
  /** Requests the stream of the session from a position on. */
  readonly open: (cursor: StreamCursor) => Promise<EndpointResponse>
  readonly onMessage: (text: string) => Promise<void>
  /** Called if the endpoint does not know the session. */
  readonly onUnknownSession: () => void
  readonly signal: AbortSignal
}

const reconnect = { baseMs: 250, maxMs: 30_000 }

/**
 * Reads the event stream of a session, and reconnects when it ends. Returns if the endpoint has no stream for
 * the session, or the signal is aborted.
 */
export async function readSessionStream(options: SessionStreamOptions): Promise<void> {
  const { log, clock, open, onMessage, signal } = options
  const cursor = newCursor()
  let failures = 0
  while (!signal.aborted) {
    try {
      const response = await open(cursor)
      if (isEventStream(response)) {
        failures = 0
        await readMessages(response, cursor, onMessage)
      } else {
        await response.discard()
        const { status } = response
        if (status === 404) options.onUnknownSession()
        if (!isTemporary(status)) {
          if (status !== 404 && status !== 405) log.warn('The event stream is refused', { status })
          return
        }
      }
    } catch (error) {
      if (!signal.aborted) log.debug('The event stream broke', { error })
    }
    await delay(cursor.retryMs ?? backoffMs(failures, reconnect), clock, signal).catch(() => {})
    failures++
  }
}

/** Whether a refused stream may be available later. 409: another connection still has the stream. */
function isTemporary(status: number): boolean {
  return status >= 500 || status === 429 || status === 409
}
