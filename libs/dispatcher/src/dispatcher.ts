import type {
  Clock,
  Health,
  MaybePromise,
  OperationDescription,
  RequestContext,
  RequestEnvelope,
  ResponseEnvelope,
} from '@mcp/protocol'
import { defaultTimeoutMs, McpError, systemClock } from '@mcp/protocol'

import { cancelled, isAnswerTo, refuse, timedOut, withRetryability } from './calls/responses.ts'
import type { Call } from './calls/call.ts'
import { createCalls, endCall, neverAborted } from './calls/call.ts'
import type { BreakerOptions } from './pipeline/circuit-breaker.ts'
import type { Authorize } from './pipeline/pipeline.ts'
import { answerThrown, createGuard } from './pipeline/pipeline.ts'
import type { ConcurrencyOptions } from './pipeline/concurrency.ts'
import type { RateLimiter, RateLimitOptions } from './pipeline/rate-limit.ts'
import { createRateLimiter } from './pipeline/rate-limit.ts'
import type { NotificationListener, Servers } from './routing/registry.ts'
import { createRegistry } from './routing/registry.ts'
import type { RetryOptions } from './pipeline/retry.ts'
import { createRetryPolicy } from './pipeline/retry.ts'
import type { ServerListing } from './routing/server-entry.ts'
import { listServer } from './routing/server-entry.ts'

/** Answers a request; hands it on by `next`, which never rejects. */
export type Middleware = (
  request: RequestEnvelope,
  context: RequestContext,
  next: Next,
) => Promise<ResponseEnvelope>

/** The rest of the way: the middleware that follow, the guards, the server. */
export type Next = (request: RequestEnvelope, context: RequestContext) => Promise<ResponseEnvelope>

export interface DispatcherOptions {
  /** The servers to begin with; an array among them holds the replicas of one. Default: none. */
  readonly servers?: readonly Servers[] | undefined
  /** Runs around everything else, the first outermost. Default: none. */
  readonly middleware?: readonly Middleware[] | undefined
  /** Says whether a request may run. Default: every one may. */
  readonly authorize?: Authorize | undefined
  /** Limits requests by principal, or by session where there is none. Default: no limit. */
  readonly rateLimit?: RateLimitOptions | RateLimiter | undefined
  /** How many calls each server has in hand at a time. Default: 1,000, and 10,000 that wait. */
  readonly concurrency?: ConcurrencyOptions | undefined
  /** When idempotent operations are tried again; `false` for never. Default: twice. */
  readonly retry?: RetryOptions | false | undefined
  /** When a replica whose connection fails is left alone. */
  readonly breaker?: BreakerOptions | undefined
  /** Replaces the system clock in tests. */
  readonly clock?: Clock | undefined
  /** Told of what went wrong and no answer says: a server that threw, a route that was taken. */
  readonly onError?: ((error: unknown) => void) | undefined
}

/** How the servers are, together and one by one. */
export interface DispatcherHealth extends Health {
  readonly servers: Readonly<Record<string, Health>>
}

export interface Dispatcher {
  /**
   * Processes a request. Never throws and never rejects; a response that is available immediately is
   * returned without a promise. Missing fields of the context are filled in.
   */
  dispatch(
    request: RequestEnvelope,
    context?: Partial<RequestContext>,
  ): MaybePromise<ResponseEnvelope>
  /**
   * Adds a server, or the replicas of one. One that is not there yet joins when it answers.
   *
   * @throws McpError `conflict` where its name or one of its routes is taken.
   */
  add(server: Servers): Promise<void>
  /**
   * Puts a server in the place of the one of that name: new requests go to it at once. Resolves when
   * the old one has finished what it had in hand, and is closed.
   *
   * @throws McpError where the new one cannot describe itself or its routes are taken; the old one stays.
   */
  replace(server: Servers): Promise<void>
  /** Takes a server out, and closes it when it has finished what it has in hand. */
  remove(name: string): Promise<void>
  /** The operation a request would run, where a server has described it. */
  operationOf(request: RequestEnvelope): OperationDescription | undefined
  /** What every server says of itself, and how it is. */
  servers(): Promise<ServerListing[]>
  /** Hears what the servers tell, and `catalogue-changed` whenever {@link Dispatcher.servers} would differ. */
  subscribe(listener: NotificationListener): () => void
  /** Tells servers to release what a session holds. Default: all of them. */
  sessionClosed(sessionId: string, serverNames?: readonly string[]): Promise<void>
  health(): Promise<DispatcherHealth>
  /** Ends what is in flight and closes every server. Twice is harmless. */
  close(): Promise<void>
}

/**
 * Sends each request to the server that takes it, guards the call, and always comes back with an
 * answer. It owns the servers it is given: closing it closes them.
 *
 * @example
 * const dispatcher = createDispatcher({ servers: [tools, remoteServer({ name: 'notes', url })] })
 * const response = await dispatcher.dispatch(createRequest('tool-execution', payload))
 *
 * @throws McpError `conflict` where two of the servers claim the same route.
 */
export function createDispatcher(options: DispatcherOptions = {}): Dispatcher {
  const { servers = [], middleware = [], authorize, rateLimit, concurrency, retry = {} } = options
  const { breaker, clock = systemClock, onError = () => {} } = options

  const registry = createRegistry(servers, { clock, breaker, concurrency, onError })
  const calls = createCalls({ clock, whenCancelled: cancelled, whenExpired: expired })
  const guard = createGuard({
    registry,
    clock,
    authorize,
    rateLimiter: typeof rateLimit === 'object' ? createRateLimiter(rateLimit, clock) : rateLimit,
    retry: retry === false ? undefined : createRetryPolicy(clock, retry),
    timedOut: expired,
    onError,
  })
  let closing: Promise<void> | undefined

  async function run(
    at: number,
    request: RequestEnvelope,
    context: RequestContext,
    call: Call,
  ): Promise<ResponseEnvelope> {
    const layer = middleware[at]
    try {
      if (layer === undefined) return await guard(request, context, call)
      const answer: unknown = await layer(request, context, (next, its) =>
        run(at + 1, next, its, call),
      )
      if (isAnswerTo(request, answer)) return answer
      throw new McpError('internal', 'A middleware answered with something that is no answer.')
    } catch (thrown) {
      return answerThrown(request, thrown, onError)
    }
  }

  /** Without middleware, an answer that is there at once costs no promise. */
  function begin(
    request: RequestEnvelope,
    context: RequestContext,
    call: Call,
  ): MaybePromise<ResponseEnvelope> {
    if (middleware.length > 0) return run(0, request, context, call)
    try {
      return guard(request, context, call)
    } catch (thrown) {
      return answerThrown(request, thrown, onError)
    }
  }

  function refuseWhenClosed(): void {
    if (closing !== undefined) throw new McpError('unavailable', 'The dispatcher is closed.')
  }

  function expired(request: RequestEnvelope): ResponseEnvelope {
    return withRetryability(timedOut(request), registry.operationOf(request))
  }

  return {
    dispatch(request, partial = {}) {
      if (closing !== undefined) return shuttingDown(request)
      const context = completeContext(request, partial, clock)
      if (context.signal.aborted) return cancelled(request)
      const call = calls.create(request, context)
      // Who hears events may leave at one of them, before there is an answer.
      const watched = context.onEvent === undefined ? undefined : calls.watch(call)
      const answering = begin(request, context, call)
      if (answering instanceof Promise) {
        answering.then(
          (answer) => endCall(call, answer),
          (thrown: unknown) => endCall(call, answerThrown(request, thrown, onError)),
        )
        return watched ?? calls.watch(call)
      }
      endCall(call, answering)
      return watched ?? answering
    },
    async add(server) {
      refuseWhenClosed()
      await registry.add(server)
    },
    async replace(server) {
      refuseWhenClosed()
      await registry.replace(server)
    },
    remove: (name) => registry.remove(name),
    operationOf: (request) => registry.operationOf(request),
    servers: () => Promise.all(registry.entries().map(listServer)),
    subscribe: (listener) => registry.subscribe(listener),
    async sessionClosed(sessionId, serverNames) {
      const told = registry
        .entries()
        .filter(({ name }) => serverNames === undefined || serverNames.includes(name))
        .flatMap(({ replicas }) => replicas.map(({ server }) => server))
        .map(async (server) => server.sessionClosed?.(sessionId))
      for (const result of await Promise.allSettled(told)) {
        if (result.status === 'rejected') onError(result.reason)
      }
    },
    async health() {
      const healths = await Promise.all(
        registry.entries().map(async (entry) => [entry.name, await entry.health()] as const),
      )
      const unwell = healths.filter(([, { state }]) => state !== 'healthy').map(([name]) => name)
      const servers = Object.fromEntries(healths)
      if (unwell.length === 0) return { state: 'healthy', servers }
      const state = unwell.length === healths.length ? 'unhealthy' : 'degraded'
      return { state, reason: `Not healthy: ${unwell.join(', ')}.`, servers }
    },
    close() {
      closing ??= registry.close()
      calls.close(shuttingDown)
      return closing
    },
  }
}

function completeContext(
  request: RequestEnvelope,
  partial: Partial<RequestContext>,
  clock: Clock,
): RequestContext {
  if (isComplete(partial)) return partial
  const { timeoutMs = defaultTimeoutMs } = request.metadata
  return {
    ...partial,
    signal: partial.signal ?? neverAborted,
    deadline: partial.deadline ?? clock.now() + timeoutMs,
  }
}

// The session manager's contexts are whole, and are passed on as they are.
function isComplete(context: Partial<RequestContext>): context is RequestContext {
  return context.signal !== undefined && context.deadline !== undefined
}

function shuttingDown(request: RequestEnvelope): ResponseEnvelope {
  const details = { reason: 'shutting-down', retryAfterMs: 1000 }
  return refuse(request, 'unavailable', 'The dispatcher is shutting down.', { details })
}
