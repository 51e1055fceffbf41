import type {
  Clock,
  ErrorResponse,
  MaybePromise,
  OperationDescription,
  RequestContext,
  RequestEnvelope,
  ResponseEnvelope,
} from '@mcp/protocol'
import { chain } from '@mcp/concurrency'
import { createResponse, McpError } from '@mcp/protocol'

import { refuse, withRetryability } from '../calls/responses.ts'
import type { Call } from '../calls/call.ts'
import { sleepInCall } from '../calls/call.ts'
import type { RateLimiter } from './rate-limit.ts'
import type { Registry } from '../routing/registry.ts'
import type { RetryPolicy } from './retry.ts'
import type { ServerEntry } from '../routing/server-entry.ts'

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
  readonly timedOut: (request: RequestEnvelope) => ResponseEnvelope
  readonly onError: (error: unknown) => void
}

/** Everything between a request and the server that answers it. Throws or rejects as a guard did. */
export type Guard = (
  request: RequestEnvelope,
  context: RequestContext,
  call: Call,
) => MaybePromise<ResponseEnvelope>

/**
 * The guards in their order: authorization, rate limit, deadline, concurrency, then retry around
 * the call. What a request costs is spent only by those that may and can still run.
 */
export function createGuard(options: GuardOptions): Guard {
  const { registry, clock, authorize, rateLimiter, retry, timedOut, onError } = options

  async function findServer(request: RequestEnvelope): Promise<ServerEntry> {
    // A server that was added a moment ago may be the one.
    await registry.pending()
    const server = registry.find(request)
    if (server === undefined) throw registry.explain(request)
    return server
  }

  /** Tries again for as long as that is allowed and helps. */
  async function tryAgain(
    first: ErrorResponse,
    server: ServerEntry,
    request: RequestEnvelope,
    { context, hasBegun }: WatchedContext,
    call: Call,
  ): Promise<ResponseEnvelope> {
    const { deadline } = call
    const operation = server.operationOf(request)
    let answer = first
    for (let number = 1; ; number++) {
      const delay = hasBegun() ? undefined : retry?.({ number, answer, operation, deadline })
      if (delay === undefined || !(await sleepInCall(call, delay, clock))) {
        return withRetryability(answer, operation)
      }
      const next = await server.process(request, context, call)
      if (next.status === 'success') return next
      answer = next
    }
  }

  /** Hands the request to a server that has room for it. */
  function send(
    server: ServerEntry,
    request: RequestEnvelope,
    context: RequestContext,
    call: Call,
  ): MaybePromise<ResponseEnvelope> {
    try {
      context.onRouted?.(server.name)
    } catch (error) {
      onError(error)
    }
    const watched = watchEvents(context, call)
    return chain(server.process(request, watched.context, call), (answer) =>
      answer.status === 'success' ? answer : tryAgain(answer, server, request, watched, call),
    )
  }

  function enter(
    server: ServerEntry,
    request: RequestEnvelope,
    context: RequestContext,
    call: Call,
  ): MaybePromise<ResponseEnvelope> {
    const entered = server.lane.enter(call)
    if (entered === false) return overloaded(request, server.name)
    return chain(entered, (goesOn) =>
      goesOn ? send(server, request, context, call) : ended(request),
    )
  }

  function run(
    request: RequestEnvelope,
    context: RequestContext,
    call: Call,
  ): MaybePromise<ResponseEnvelope> {
    if (context.deadline <= clock.now()) return timedOut(request)
    if (call.isEnded) return ended(request)
    const server = registry.find(request)
    return server === undefined
      ? findServer(request).then((found) => enter(found, request, context, call))
      : enter(server, request, context, call)
  }

  async function askThenRun(
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
    return run(request, context, call)
  }

  return authorize === undefined && rateLimiter === undefined ? run : askThenRun
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

interface WatchedContext {
  readonly context: RequestContext
  /** Whether an event went to the caller: a stream that has begun is not begun again. */
  readonly hasBegun: () => boolean
}

function watchEvents(context: RequestContext, call: Call): WatchedContext {
  const { onEvent } = context
  if (onEvent === undefined) return { context, hasBegun: () => false }
  let begun = false
  const watched: RequestContext = {
    ...context,
    onEvent(event) {
      // Who has the answer wants no more events, whatever the server still does.
      if (call.isEnded) return
      begun = true
      onEvent(event)
    },
  }
  return { context: watched, hasBegun: () => begun }
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
