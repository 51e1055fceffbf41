import type { MaybePromise, ResponseEnvelope } from '@mcp/protocol'

import type { ActiveSpan, SpanOptions } from './spans.ts'
import { inSpan } from './spans.ts'

/**
 * Runs the step that processes a request in a span. A response with an error marks the span as failed.
 * Call it only if `isTracing()`, so that a request without a tracer needs no closure.
 */
export function inRequestSpan(
  name: string,
  options: SpanOptions,
  step: (span: ActiveSpan | undefined) => MaybePromise<ResponseEnvelope>,
): MaybePromise<ResponseEnvelope> {
  return inSpan(name, options, (span) => {
    const mark = (response: ResponseEnvelope): ResponseEnvelope => {
      if (response.status === 'error') span?.fail(response.error.code)
      return response
    }
    const response = step(span)
    return response instanceof Promise ? response.then(mark) : mark(response)
  })
}
