import type { MaybePromise, RequestEnvelope, ResponseEnvelope } from '@mcp/protocol'
import { callerKeyOf } from '@mcp/protocol'

import { errorResponse } from '../calls/responses.ts'
import type { RateLimiter } from '@mcp/concurrency'
import type { Handler, Stage } from './stage.ts'

/** Returns the stage that limits the requests of each principal, address or session. */
export function rateLimit(limiter: RateLimiter | undefined): Stage {
  return (next) => {
    if (limiter === undefined) return next
    return (request, context, call, destination) => {
      const waitMs = limiter(callerKeyOf(context))
      if (waitMs === 0) return next(request, context, call, destination)
      return awaitAllowance(waitMs, next, request, context, call, destination)
    }
  }
}

async function awaitAllowance(
  waitMs: MaybePromise<number>,
  next: Handler,
  ...[request, context, call, destination]: Parameters<Handler>
): Promise<ResponseEnvelope> {
  const retryAfterMs = await waitMs
  return retryAfterMs > 0
    ? rateLimited(request, retryAfterMs)
    : next(request, context, call, destination)
}

function rateLimited(request: RequestEnvelope, retryAfterMs: number): ResponseEnvelope {
  const message = `Too many requests. Retry after ${retryAfterMs} ms.`
  return errorResponse(request, 'rate-limited', message, { details: { retryAfterMs } })
}
