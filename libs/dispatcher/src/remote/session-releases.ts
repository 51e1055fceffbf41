import { delay } from '@mcp/concurrency'
import type { Clock } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'

import type { HttpCaller } from './http-caller.ts'
import { isTemporary } from './http-caller.ts'

export interface SessionReleasesOptions {
  readonly http: HttpCaller
  /** Whether the notification stream is down. When it opens again, `deliver` is called. */
  readonly isDown: () => boolean
  readonly clock: Clock
  readonly closing: AbortSignal
  readonly onError: (error: unknown) => void
}

/** The closed sessions whose resources a server has not released yet. */
export interface SessionReleases {
  /** Sends the end of a session to the server, now or when the server is reachable again. */
  release(sessionId: string): Promise<void>
  /** Sends the ends of the sessions that were closed while the server was unavailable. */
  deliver(): void
}

const retryDelaysMs = [100, 500, 2000]
const maxPending = 10_000

/**
 * Creates the releases of one server. If the server is unavailable, up to 10,000 closed sessions are
 * stored.
 */
export function createSessionReleases(options: SessionReleasesOptions): SessionReleases {
  const { http, isDown, clock, closing, onError } = options
  const pending = new Set<string>()
  let isDelivering = false
  let hasReportedOverflow = false

  /**
   * Sends the end of one session. Returns undefined if the server has released the session or does not know
   * the session. Returns a temporary error, and throws any other error.
   */
  async function attempt(sessionId: string): Promise<McpError | undefined> {
    try {
      await http.call('DELETE', `/sessions/${encodeURIComponent(sessionId)}`)
    } catch (error) {
      if (McpError.is(error) && isTemporary(error)) return error
      pending.delete(sessionId)
      if (!isNotFound(error)) throw error
    }
    pending.delete(sessionId)
    return undefined
  }

  function store(sessionId: string): void {
    const [oldest] = pending
    if (pending.size >= maxPending && oldest !== undefined) {
      pending.delete(oldest)
      if (!hasReportedOverflow) onError(tooManyPending())
      hasReportedOverflow = true
    }
    pending.add(sessionId)
  }

  async function deliverAll(): Promise<void> {
    for (const sessionId of pending) {
      // If the server is unavailable again, the remaining sessions are released when the next stream
      // opens.
      if (closing.aborted || (await attempt(sessionId)) !== undefined) return
    }
  }

  return {
    async release(sessionId) {
      store(sessionId)
      for (const delayMs of [...retryDelaysMs, undefined]) {
        if (isDown()) return
        const error = await attempt(sessionId)
        if (error === undefined) return
        if (delayMs === undefined || closing.aborted) throw error
        // If `closing` ends the wait early, the next attempt is the last, and its error is thrown.
        await delay(delayMs, clock, closing).catch(() => {})
      }
    },
    deliver() {
      if (isDelivering) return
      isDelivering = true
      hasReportedOverflow = false
      deliverAll()
        .catch(onError)
        .finally(() => {
          isDelivering = false
        })
    },
  }
}

/** Whether the error means that the server has nothing to release for the session. */
function isNotFound(error: unknown): boolean {
  return McpError.is(error) && (error.code === 'session-not-found' || error.code === 'not-found')
}

function tooManyPending(): McpError {
  return new McpError(
    'unavailable',
    `A server did not receive the end of ${maxPending} sessions. The oldest are no longer stored.`,
  )
}
