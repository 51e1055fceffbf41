import { activeTrace } from '@mcp/telemetry'

import { traceIdOf } from './log-responses.ts'
import type { Logger } from './logger.ts'

/** A request of a session that has ended, as a session manager reports it. */
export interface EndedRequest {
  readonly requestId: string
  readonly sessionId: string
  readonly principal: string | undefined
  readonly traceparent: string | undefined
  readonly server: string | undefined
  readonly operation: string | undefined
  readonly status: string
  readonly durationMs: number
}

/**
 * Returns an `onRequestEnd` that logs each request of a session at level `debug`. Undefined if that level is
 * off, so that a request costs nothing.
 */
export function logRequests(log: Logger): ((ended: EndedRequest) => void) | undefined {
  if (!log.isEnabled('debug')) return undefined
  return ({ traceparent, ...fields }) => {
    const traceId = traceIdOf(activeTrace()?.traceparent ?? traceparent)
    log.debug('Request ended', { ...fields, traceId })
  }
}
