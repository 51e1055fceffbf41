import type {
  Clock,
  MaybePromise,
  RequestContext,
  RequestEvent,
  ResponseEnvelope,
} from '@mcp/protocol'

import type { Call } from '../calls/call.ts'
import { waitInCall } from '../calls/call.ts'
import { withRetryability } from '../calls/responses.ts'
import type { RetryPolicy } from './retry-policy.ts'
import type { Handler, Stage } from './stage.ts'

/**
 * Returns the stage that retries failed attempts if the policy permits it. A request that has emitted
 * an event is not retried, because the caller would receive the beginning of the stream twice.
 */
export function retry(
  policy: RetryPolicy | undefined,
  clock: Clock,
  onRetry: (server: string) => void = () => {},
): Stage {
  return (next) => (request, context, call, destination) => {
    const emitted = context.onEvent === undefined ? undefined : { any: false }
    const watched = emitted === undefined ? context : watchEvents(context, call, emitted)
    const response = next(request, watched, call, destination)
    if (!(response instanceof Promise) && response.status === 'success') return response
    // `settleAttempt` is a separate function, because a closure here would be allocated for each request.
    const attempt = {
      next,
      parameters: [request, watched, call, destination],
      emitted,
      onRetry,
    } as const
    return settleAttempt(response, attempt, policy, clock)
  }
}

/**
 * Returns a successful response, and passes a failed response to {@link retryFailed}. A success costs
 * one promise, while the async function `retryFailed` needs several.
 */
function settleAttempt(
  response: MaybePromise<ResponseEnvelope>,
  attempt: Attempt,
  policy: RetryPolicy | undefined,
  clock: Clock,
): Promise<ResponseEnvelope> {
  if (!(response instanceof Promise)) return retryFailed(response, attempt, policy, clock)
  return response.then((settled) =>
    settled.status === 'success' ? settled : retryFailed(settled, attempt, policy, clock),
  )
}

interface Attempt {
  readonly next: Handler
  readonly parameters: Readonly<Parameters<Handler>>
  readonly emitted: Emitted | undefined
  /** Called before each attempt after the first. */
  readonly onRetry: (server: string) => void
}

/** Repeats an attempt until it succeeds, or until the policy or the end of the call stops it. */
async function retryFailed(
  first: ResponseEnvelope,
  { next, parameters, emitted, onRetry }: Attempt,
  policy: RetryPolicy | undefined,
  clock: Clock,
): Promise<ResponseEnvelope> {
  const [request, , call, destination] = parameters
  let response = first
  for (let number = 1; response.status === 'error'; number++) {
    // The server may have described its operations after the request was resolved.
    const operation = destination.operation ?? destination.server?.operationOf(request)
    const failed = { number, response, operation, deadline: call.deadline }
    const delayMs = emitted?.any === true ? undefined : policy?.(failed)
    if (delayMs === undefined || !(await waitInCall(call, delayMs, clock))) {
      return withRetryability(response, operation)
    }
    if (destination.server !== undefined) onRetry(destination.server.name)
    response = await next(...parameters)
  }
  return response
}

/** Whether a request has emitted any event. */
interface Emitted {
  any: boolean
}

function watchEvents(context: RequestContext, call: Call, emitted: Emitted): RequestContext {
  return {
    ...context,
    onEvent(event: RequestEvent) {
      // The caller expects no events after the response, but the server may still emit some.
      if (call.isEnded) return
      emitted.any = true
      context.onEvent?.(event)
    },
  }
}
