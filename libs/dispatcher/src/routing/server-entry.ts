import type { Semaphore } from '@mcp/concurrency'
import { createSemaphore } from '@mcp/concurrency'
import { builtinServers } from '@mcp/contracts'
import type {
  CapabilityServer,
  Clock,
  Health,
  MaybePromise,
  NotificationEnvelope,
  Route,
  ServerDescription,
  ServerListing,
  ServerStatus,
} from '@mcp/protocol'
import { McpError } from '@mcp/protocol'

import type { Call } from '../calls/call.ts'
import type { BreakerOptions } from './circuit-breaker.ts'
import type { OperationTable } from './operation-table.ts'
import { createOperationTable } from './operation-table.ts'
import { describeFirst, joinHealths } from './replica-info.ts'
import { createStatusRecorder } from './server-status.ts'
import type { Replica, ReplicaSet } from './replica-set.ts'
import { createReplicaSet, replicasOf } from './replica-set.ts'
import type { Claimant } from './route-table.ts'

export interface ConcurrencyOptions {
  /**
   * Maximum number of concurrent calls of one server. Each call holds a permit. A caller may hold at most as
   * many permits as are still free, so a single caller gets at most half of them. Default: 1,000.
   */
  readonly limit?: number | undefined
  /** Maximum number of calls that wait for a permit. Additional calls are refused. Default: 10,000. */
  readonly maxQueued?: number | undefined
  /** Maximum number of waiting calls of one caller. Default: a quarter of `maxQueued`. */
  readonly maxQueuedPerCaller?: number | undefined
}

/** One server in the registry. */
export interface ServerEntry extends Claimant, ReplicaSet {
  name: string
  /** Limits the concurrent calls of this server. */
  readonly semaphore: Semaphore
  /**
   * Releases the permit of a call. All calls use this one function, because a new closure for each call
   * would cost time and memory.
   */
  readonly releasePermit: (call: Call) => void
  /** Undefined until the server has described itself. */
  description: ServerDescription | undefined
  /** Reason why the server has no description, or why its latest description is not used. */
  problem: string | undefined
  /** Whether the first description is pending. */
  isDescribing: boolean
  /** Whether the routes are known before the first description. */
  readonly hasStaticRoutes: boolean
  routes: readonly Route[]
  provisional: readonly Route[]
  operationOf: OperationTable
  /** Fetches the description from the first replica that responds. */
  describe(): MaybePromise<ServerDescription>
  health(): Promise<Health>
  /** Returns the status at the last check of the health. */
  status(): ServerStatus
  /** Removes the notification listeners. */
  detach(): void
  /** Closes every replica after the calls in flight have ended. */
  close(): Promise<void>
}

/** A circuit breaker that has opened or closed. */
export interface BreakerChange {
  readonly server: string
  /** URL of the replica or, if it has none, its index. */
  readonly replica: string
  readonly isClosed: boolean
}

export interface ServerEntryOptions {
  readonly clock: Clock
  readonly breaker?: BreakerOptions | undefined
  readonly concurrency?: ConcurrencyOptions | undefined
  readonly onError: (error: unknown) => void
  /**
   * Called when the health state of a server differs from its state at the last check. Before the first check,
   * the state counts as healthy.
   */
  readonly onHealthChange?: ((server: string, health: Health) => void) | undefined
  /** Called when the circuit breaker of a replica opens or closes. */
  readonly onBreakerChange?: ((change: BreakerChange) => void) | undefined
  readonly onNotification: (entry: ServerEntry, notification: NotificationEnvelope) => void
}

// A server that does not report its health within this time is unhealthy.
const healthTimeoutMs = 2000

/** Creates the entry of a server or of its replicas, and subscribes to its notifications. */
export function createServerEntry(
  servers: CapabilityServer | readonly CapabilityServer[],
  options: ServerEntryOptions,
): ServerEntry {
  const { clock, breaker, concurrency = {}, onError, onNotification, onHealthChange } = options
  const list = replicasOf(servers)
  const [first] = list
  if (first === undefined) {
    throw new McpError('invalid-request', 'A server needs at least one replica.')
  }
  const { limit = 1000, maxQueued = 10_000 } = concurrency
  const { maxQueuedPerCaller = Math.ceil(maxQueued / 4) } = concurrency
  const semaphore = createSemaphore({
    limit,
    reservesPermits: true,
    maxQueued,
    maxQueuedPerKey: maxQueuedPerCaller,
  })
  const set = createReplicaSet(list, clock, breaker, (replica, isClosed) =>
    options.onBreakerChange?.({ server: entry.name, replica, isClosed }),
  )

  let lastState: Health['state'] = 'healthy'
  const status = createStatusRecorder(clock)

  const entry: ServerEntry = {
    ...set,
    name: first.name,
    semaphore,
    releasePermit: ({ callerKey }) => semaphore.release(callerKey),
    description: undefined,
    problem: 'The server has not described itself yet.',
    isDescribing: true,
    hasStaticRoutes: first.staticRoutes !== undefined,
    routes: first.staticRoutes ?? [],
    provisional: first.staticRoutes === undefined ? provisionalRoutes(first.name) : [],
    operationOf: () => undefined,
    describe: () => describeFirst(list),
    async health() {
      const joined = joinHealths(await Promise.all(list.map((server) => healthOf(server, clock))))
      const { problem } = entry
      const health: Health =
        problem === undefined || joined.state === 'unhealthy'
          ? joined
          : { ...joined, state: 'unhealthy', reason: problem }
      if (health.state !== lastState) {
        lastState = health.state
        onHealthChange?.(entry.name, health)
      }
      status.record(health, entry.isDescribing)
      return health
    },
    status: status.read,
    detach() {
      for (const unsubscribe of subscriptions) unsubscribe()
    },
    async close() {
      entry.detach()
      await semaphore.idle()
      const results = await Promise.allSettled(list.map(async (server) => server.close()))
      for (const result of results) if (result.status === 'rejected') onError(result.reason)
    },
  }
  const subscriptions = set.replicas.map((replica) =>
    subscribe(replica, (notification) => onNotification(entry, notification)),
  )
  return entry
}

/** Updates an entry with the description of its server. */
export function adoptDescription(entry: ServerEntry, description: ServerDescription): void {
  entry.description = description
  entry.problem = undefined
  entry.isDescribing = false
  entry.routes = description.routes
  entry.provisional = []
  entry.operationOf = createOperationTable(description.operations)
}

const undescribed = { version: 'unknown', operations: [], notifications: {} }

/** Returns the description and the health of a server, under its name in the registry. */
export async function listServer(entry: ServerEntry): Promise<ServerListing> {
  const health = await entry.health()
  return { ...describeServer(entry), health, status: entry.status() }
}

/** Returns the last description of a server, which has no operations before the first description. */
export function describeServer({
  name,
  description,
  routes,
  provisional,
  replicas,
}: ServerEntry): ServerDescription {
  const source = replicas[0]?.server.source ?? name
  const known = [...routes, ...provisional]
  return { ...(description ?? { ...undescribed, source, routes: known }), name }
}

function subscribe(
  { server, breaker }: Replica,
  listener: (notification: NotificationEnvelope) => void,
): () => void {
  return server.subscribe((notification) => {
    if (!breaker.isClosed) breaker.succeeded()
    listener(notification)
  })
}

// A server with the name of a built-in server receives the requests of the built-in server even before
// it has described itself. While it is unreachable, such a request then fails with `unavailable`
// instead of `unknown-type`.
function provisionalRoutes(name: string): readonly Route[] {
  const builtin = Object.values(builtinServers).find((candidate) => candidate.name === name)
  return builtin === undefined ? [] : [{ type: builtin.type, targetKey: builtin.target }]
}

async function healthOf(server: CapabilityServer, clock: Clock): Promise<Health> {
  const silent: Health = {
    state: 'unhealthy',
    reason: 'The server does not report its health.',
    cause: 'no-response',
  }
  const { promise: timeout, resolve } = Promise.withResolvers<Health>()
  const cancel = clock.after(healthTimeoutMs, () => resolve(silent))
  try {
    return await Promise.race([server.health(), timeout])
  } catch {
    return silent
  } finally {
    cancel()
  }
}
