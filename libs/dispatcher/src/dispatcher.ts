import type {
  Clock,
  Health,
  MaybePromise,
  OperationDescription,
  RequestContext,
  RequestEnvelope,
  ResponseEnvelope,
  ServerDescription,
  ServerListing,
} from '@mcp/protocol'
import { defaultTimeoutMs, McpError, systemClock } from '@mcp/protocol'
import type { Metrics } from '@mcp/telemetry'

import { createCalls, endCall, neverAborted } from './calls/call.ts'
import { cancelled, errorResponse, timedOut } from './calls/responses.ts'
import { createDispatcherMetrics } from './metrics.ts'
import type { Access, CatalogueCaller } from './pipeline/access.ts'
import { createServerView } from './pipeline/access.ts'
import type { Authorize } from './pipeline/authorization.ts'
import type { Middleware } from './pipeline/middleware.ts'
import { createPipeline } from './pipeline/pipeline.ts'
import type { RateLimiter, RateLimitOptions } from '@mcp/concurrency'
import { createRateLimiter } from '@mcp/concurrency'
import type { RetryOptions } from './pipeline/retry-policy.ts'
import { createRetryPolicy } from './pipeline/retry-policy.ts'
import type { BreakerOptions } from './routing/circuit-breaker.ts'
import type { Destination, NotificationListener, Registry, Servers } from './routing/registry.ts'
import { createRegistry } from './routing/registry.ts'
import type { BreakerChange, ConcurrencyOptions } from './routing/server-entry.ts'
import { describeServer, listServer } from './routing/server-entry.ts'
import { traceDispatches } from './trace-dispatches.ts'

export interface DispatcherOptions {
  /** Initial servers. An array in this list contains the replicas of one server. Default: none. */
  readonly servers?: readonly Servers[] | undefined
  /** Stages that run before all other stages, in this order. Default: none. */
  readonly middleware?: readonly Middleware[] | undefined
  /** Decides whether a request may run. Default: every request may. */
  readonly authorize?: Authorize | undefined
  /**
   * Decides which operations a caller may use and see, after `authorize`. `createAccess` of `@mcp/policy`
   * creates one. Default: all operations.
   */
  readonly access?: Access | undefined
  /** Limits the requests of each principal, address or session. Default: no limit. */
  readonly rateLimit?: RateLimitOptions | RateLimiter | undefined
  /** Limits the concurrent calls of each server. Default: 1,000 running calls and 10,000 queued calls. */
  readonly concurrency?: ConcurrencyOptions | undefined
  /** Retries of idempotent operations; `false` disables them. Default: two retries. */
  readonly retry?: RetryOptions | false | undefined
  /** Options of the circuit breaker of each replica. */
  readonly breaker?: BreakerOptions | undefined
  /** Replaces the system clock in tests. */
  readonly clock?: Clock | undefined
  /**
   * Receives the name and the health of a server when its health state changes. With this option, the
   * health is checked every 10 s; without it, only on request.
   */
  readonly onHealthChange?: ((server: string, health: Health) => void) | undefined
  /** Receives a circuit breaker of a replica when it opens or closes. */
  readonly onBreakerChange?: ((change: BreakerChange) => void) | undefined
  /** Receives the durations of calls, retries, queue lengths and states of breakers. Default: none. */
  readonly metrics?: Metrics | undefined
  /** Receives errors that are not part of a response, such as the cause of an `internal` error. */
  readonly onError?: ((error: unknown) => void) | undefined
}

const healthCheckEveryMs = 10_000

/** The combined health of all servers, and the health of each server. */
export interface DispatcherHealth extends Health {
  readonly servers: Readonly<Record<string, Health>>
}

export interface Dispatcher {
  /**
   * Processes a request. Never throws and never rejects. If a response is available immediately, it is
   * returned without a promise. Missing fields of the context are filled in.
   */
  dispatch(
    request: RequestEnvelope,
    context?: Partial<RequestContext>,
  ): MaybePromise<ResponseEnvelope>
  /**
   * Adds a server, or the replicas of a server. An unreachable server receives requests as soon as
   * it responds.
   *
   * @throws McpError `conflict` if another server has the same name or one of the same routes.
   */
  add(server: Servers): Promise<void>
  /**
   * Replaces the server with the same name, or adds the server if there is none. As soon as the new
   * server has described itself, it receives all new requests. Resolves after the calls in flight of
   * the previous server have ended and the previous server is closed.
   *
   * @throws McpError if the new server cannot describe itself, or if another server has one of its
   * routes. The previous server is then not replaced.
   */
  replace(server: Servers): Promise<void>
  /** Removes a server immediately, and closes it after its calls in flight have ended. */
  remove(name: string): Promise<void>
  /** Returns the operation that a request would run, if a server has described it. */
  operationOf(request: RequestEnvelope): OperationDescription | undefined
  /**
   * Returns the last description of every server, without waiting for a server. If a caller is given, the
   * list contains only the operations that the caller may use. A server is left out if all of its
   * operations are denied.
   */
  descriptions(caller?: CatalogueCaller): ServerDescription[]
  /** Checks the health of the servers, and returns it with the {@link Dispatcher.descriptions} for a caller. */
  servers(caller?: CatalogueCaller): Promise<ServerListing[]>
  /**
   * Subscribes to the notifications of the servers, and to `catalogue-changed` whenever the result of
   * {@link Dispatcher.servers} changes. Returns the function that unsubscribes.
   */
  subscribe(listener: NotificationListener): () => void
  /**
   * Notifies servers that a session was closed, so that they release its resources. Default: notifies
   * all servers.
   */
  sessionClosed(sessionId: string, serverNames?: readonly string[]): Promise<void>
  health(): Promise<DispatcherHealth>
  /** Ends the calls in flight and closes every server. A second call has no effect. */
  close(): Promise<void>
}

const unresolved: Destination = { server: undefined, operation: undefined }

/**
 * Creates a dispatcher. It sends each request through a pipeline to the server that handles the
 * request, and always returns a response. Closing the dispatcher also closes its servers.
 *
 * @example
 * const dispatcher = createDispatcher({ servers: [tools, remoteServer({ name: 'notes', url })] })
 * const response = await dispatcher.dispatch(createRequest('tool-execution', payload))
 *
 * @throws McpError `conflict` if two servers have the same name or claim the same route. A conflict
 * with a remote server is found later, so `onError` receives it.
 */
export function createDispatcher(options: DispatcherOptions = {}): Dispatcher {
  const dispatcher = createUntraced(options)
  return { ...dispatcher, dispatch: traceDispatches(dispatcher) }
}

function createUntraced(options: DispatcherOptions): Dispatcher {
  const { servers = [], middleware = [], authorize, access, rateLimit, concurrency } = options
  const { retry = {} } = options
  const { breaker, clock = systemClock, onHealthChange, onError = () => {} } = options

  const registry = createRegistry(servers, {
    clock,
    breaker,
    concurrency,
    onError,
    onHealthChange,
    onBreakerChange: options.onBreakerChange,
  })
  const metrics =
    options.metrics && createDispatcherMetrics(options.metrics, clock, () => registry.entries())
  const stopHealthChecks = checkHealths(registry, onHealthChange, clock)
  const view = createServerView(access)
  const stopAccess = access?.subscribe(() => {
    view.clear()
    registry.announceChange()
  })
  const calls = createCalls({
    clock,
    whenCancelled: cancelled,
    whenExpired: (request) => timedOut(request, registry.resolve(request).operation),
    onEnd: metrics?.onCallEnd,
  })
  const process = createPipeline({
    registry,
    clock,
    middleware,
    authorize,
    access,
    rateLimiter: typeof rateLimit === 'object' ? createRateLimiter(rateLimit, clock) : rateLimit,
    retryPolicy: retry === false ? undefined : createRetryPolicy(clock, retry),
    onRetry: metrics?.onRetry,
    onError,
  })
  let closing: Promise<void> | undefined

  function throwIfClosed(): void {
    if (closing !== undefined) throw new McpError('unavailable', 'The dispatcher is closed.')
  }

  return {
    dispatch(request, partial = {}) {
      if (closing !== undefined) return shuttingDown(request)
      const context = completeContext(request, partial, clock)
      if (context.signal.aborted) return cancelled(request)
      const call = calls.create(request, context)
      // A caller that receives events may abort the request on an event, so the call is watched from the start.
      const watched = context.onEvent === undefined ? undefined : calls.watch(call)
      const response = process(request, context, call, unresolved)
      if (response instanceof Promise) {
        void response.then((settled) => endCall(call, settled))
        return watched ?? calls.watch(call)
      }
      endCall(call, response)
      return watched ?? response
    },
    async add(server) {
      throwIfClosed()
      await registry.add(server)
    },
    async replace(server) {
      throwIfClosed()
      await registry.replace(server)
    },
    remove: (name) => registry.remove(name),
    operationOf: (request) => registry.resolve(request).operation,
    descriptions: (caller) =>
      registry.entries().flatMap((entry) => view.show(describeServer(entry), caller) ?? []),
    async servers(caller) {
      const listings = await Promise.all(registry.entries().map(listServer))
      return listings.flatMap((listing) => view.show(listing, caller) ?? [])
    },
    subscribe: (listener) => registry.subscribe(listener),
    async sessionClosed(sessionId, serverNames) {
      const releases = registry
        .entries()
        .filter(({ name }) => serverNames === undefined || serverNames.includes(name))
        .flatMap(({ replicas }) => replicas.map(({ server }) => server))
        .map(async (server) => server.sessionClosed?.(sessionId))
      for (const result of await Promise.allSettled(releases)) {
        if (result.status === 'rejected') onError(result.reason)
      }
    },
    health: () => joinServerHealths(registry),
    close() {
      stopHealthChecks()
      stopAccess?.()
      metrics?.stop()
      closing ??= registry.close()
      calls.close(shuttingDown)
      return closing
    },
  }
}

/** Checks the health of every server periodically if there is a listener. Returns the stop function. */
function checkHealths(
  registry: Pick<Registry, 'entries'>,
  onHealthChange: DispatcherOptions['onHealthChange'],
  clock: Clock,
): () => void {
  if (onHealthChange === undefined) return () => {}
  return clock.every(healthCheckEveryMs, () => {
    for (const entry of registry.entries()) void entry.health()
  })
}

async function joinServerHealths(registry: Pick<Registry, 'entries'>): Promise<DispatcherHealth> {
  const healths = await Promise.all(
    registry.entries().map(async (entry) => [entry.name, await entry.health()] as const),
  )
  const unhealthy = healths.filter(([, { state }]) => state !== 'healthy').map(([name]) => name)
  const byName = Object.fromEntries(healths)
  if (unhealthy.length === 0) return { state: 'healthy', servers: byName }
  const state = unhealthy.length === healths.length ? 'unhealthy' : 'degraded'
  return { state, reason: `Not healthy: ${unhealthy.join(', ')}.`, servers: byName }
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

// The session manager sends complete contexts. They are passed on without a copy.
function isComplete(context: Partial<RequestContext>): context is RequestContext {
  return context.signal !== undefined && context.deadline !== undefined
}

function shuttingDown(request: RequestEnvelope): ResponseEnvelope {
  const details = { reason: 'shutting-down', retryAfterMs: 1000 }
  return errorResponse(request, 'unavailable', 'The dispatcher is shutting down.', { details })
}
