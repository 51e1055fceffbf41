import type { RequestEnvelope } from '@mcp/protocol'

import { traceIdOf } from './log-responses.ts'
import type { Logger } from './logger.ts'

/** An `onError` that logs, with the ids of the request and the trace that a failure was about. */
export function logFailures(
  log: Logger,
): (error: unknown, context?: { readonly request?: RequestEnvelope | undefined }) => void {
  return (error, { request } = {}) => {
    const ids =
      request === undefined
        ? {}
        : { requestId: request.id, traceId: traceIdOf(request.metadata['traceparent']) }
    log.error('Something failed.', { ...ids, error })
  }
}
