import type { RequestEnvelope } from '@mcp/protocol'

import { traceIdOf } from './log-responses.ts'
import type { Logger } from './logger.ts'

/** Returns an `onError` that logs the error with the ids of its request and trace. */
export function logFailures(
  log: Logger,
): (error: unknown, context?: { readonly request?: RequestEnvelope | undefined }) => void {
  return (error, { request } = {}) => {
    const ids =
      request === undefined
        ? {}
        : { requestId: request.id, traceId: traceIdOf(request.metadata['traceparent']) }
    log.error('Unexpected error', { ...ids, error })
  }
}
