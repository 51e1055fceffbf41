import type { RequestEnvelope } from '@mcp/protocol'
import { activeTrace } from '@mcp/telemetry'

import { traceIdOf } from './log-responses.ts'
import type { Logger } from './logger.ts'

/** Returns an `onError` that logs the error with the ids of its request and trace. */
export function logFailures(
  log: Logger,
): (error: unknown, context?: { readonly request?: RequestEnvelope | undefined }) => void {
  return (error, { request } = {}) => {
    const traceparent = activeTrace()?.traceparent ?? request?.metadata['traceparent']
    log.error('Unexpected error', {
      ...(request === undefined ? {} : { requestId: request.id }),
      ...(traceparent === undefined ? {} : { traceId: traceIdOf(traceparent) }),
      error,
    })
  }
}
