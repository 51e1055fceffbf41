import type {
  Clock,
  MaybePromise,
  OperationDescription,
  RequestContext,
  RequestEnvelope,
  ResponseEnvelope,
} from '@mcp/protocol'
import { createResponse, McpError } from '@mcp/protocol'

import { refuse, withRetryability } from './answer.ts'
import type { Call } from './call.ts'
import type { RateLimiter } from './rate-limit.ts'
import type { Registry } from './registry.ts'
import type { RetryPolicy } from './retry.ts'
import type { ServerEntry } from './server-entry.ts'

/** Says whether a request may run. A thrown `McpError` is the refusal to answer with. */
export type Authorize = (
  request: RequestEnvelope,
  context: RequestContext,
  operation: OperationDescription | undefined,
) => MaybePromise<boolean>

export interface GuardOptions {
  readonly registry: Registry
  readonly clock: Clock
  readonly authorize?: Authorize | undefined
  readonly rateLimiter?: RateLimiter | undefined
  readonly retry?: RetryPolicy | undefined
  readonly onError: (error: unknown) => void
}

/** Everything between a request and the server that answers it. */
export type Guard = (
  request: RequestEnvelope,
  context: RequestContext,
  call: Call,
) => Promise<ResponseEnvelope>

/**
 * The guards in their order: authorization, rate limit, deadline, concurrency, then retry around
 * the call. What a request costs is spent only by those that may and can still run.
 */
export function createGuard(options: GuardOptions): Guard {
  const { registry, clock, authorize, rateLimiter, retry, onError } = options

  async function findServer(request: RequestEnvelope): Promise<ServerEntry> {
    // A server that was added a moment ago may be the one.
    await registry.pending()
    const server = registry.find(request)
    if (server === undefined) throw registry.explain(request)
    return server
  }

  async function attempt(
    server: ServerEntry,
    request: RequestEnvelope,
    context: RequestContext,
    call: Call,
  ): Promise<ResponseEnvelope> {
    const listened = retry === undefined ? undefined : watchEvents(context)
    for (let number = 1; ; number++) {
      const answer = await server.process(request, listened?.context ?? context, call)
      if (answer.status === 'success') return answer
      const operation = server.operationOf(request)
      const delay = listened?.heard()
        ? undefined
        : retry?.({ number, answer, operation, deadline: call.deadline })
      if (delay === undefined || !(await call.sleep(delay))) {
        return withRetryability(answer, operation)
      }
    }
  }

  async function pass(
    request: RequestEnvelope,
    context: RequestContext,
    call: Call,
  ): Promise<ResponseEnvelope> {
    if (authorize !== undefined) {
      const allowed = await authorize(request, context, registry.operationOf(request))
      if (!allowed) return forbidden(request)
    }
    if (rateLimiter !== undefined) {
      const key = context.principal ?? context.sessionId ?? 'anonymous'
      const retryAfterMs = await rateLimiter(key)
      if (retryAfterMs > 0) return rateLimited(request, retryAfterMs)
    }
    if (context.deadline <= clock.now()) call.expire()
    if (call.isEnded) return ended(request)

    const server = registry.find(request) ?? (await findServer(request))
    const entered = server.lane.enter(call)
    if (entered === false) return overloaded(request, server.name)
    if (entered !== true && !(await entered)) return ended(request)
    try {
      context.onRouted?.(server.name)
    } catch (error) {
      onError(error)
    }
    return attempt(server, request, context, call)
  }

  return async (request, context, call) => {
    try {
      return await pass(request, context, call)
    } catch (thrown) {
      return answerThrown(request, thrown, onError)
    }
  }
}

/** What a guard or a middleware threw, as an answer. */
export function answerThrown(
  request: RequestEnvelope,
  thrown: unknown,
  onError: (error: unknown) => void,
): ResponseEnvelope {
  const error = McpError.from(thrown)
  // The log gets the incident's id with its cause; the caller the id alone.
  if (!McpError.is(thrown)) onError(error)
  return createResponse(request.id, 'error', error)
}

/** The context, and whether an event went through it: a stream that has begun is not begun again. */
function watchEvents(context: RequestContext) {
  const { onEvent } = context
  if (onEvent === undefined) return undefined
  let heard = false
  const watched: RequestContext = {
    ...context,
    onEvent(event) {
      heard = true
      onEvent(event)
    },
  }
  return { context: watched, heard: () => heard }
}

function forbidden(request: RequestEnvelope): ResponseEnvelope {
  const message = `You may not send this request of type "${request.type}".`
  return refuse(request, 'forbidden', message, { details: { reason: 'policy' } })
}

function rateLimited(request: RequestEnvelope, retryAfterMs: number): ResponseEnvelope {
  const message = `Too many requests; try again in ${retryAfterMs} ms.`
  return refuse(request, 'rate-limited', message, { details: { retryAfterMs } })
}

function overloaded(request: RequestEnvelope, server: string): ResponseEnvelope {
  const message = `The server "${server}" has more requests in hand than it may queue.`
  const details = { reason: 'overloaded', server, retryAfterMs: 1000 }
  return refuse(request, 'unavailable', message, { details })
}

// Nobody reads it: the call has its answer already.
function ended(request: RequestEnvelope): ResponseEnvelope {
  return createResponse(request.id, 'error', new McpError('cancelled', 'The call has ended.'))
}
