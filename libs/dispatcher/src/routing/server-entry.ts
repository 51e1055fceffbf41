import type {
  CapabilityServer,
  Clock,
  Health,
  MaybePromise,
  NotificationEnvelope,
  Route,
  ServerDescription,
} from '@mcp/protocol'
import { builtinServers } from '@mcp/contracts'
import { McpError } from '@mcp/protocol'

import type { BreakerOptions } from '../pipeline/circuit-breaker.ts'
import type { ConcurrencyOptions, Lane } from '../pipeline/concurrency.ts'
import { createLane } from '../pipeline/concurrency.ts'
import type { OperationTable } from './operation-table.ts'
import { createOperationTable } from './operation-table.ts'
import type { Replica, ReplicaSet } from './replica-set.ts'
import { createReplicaSet, replicasOf } from './replica-set.ts'
import { describeFirst, joinHealths } from './replica-info.ts'
import type { Claimant } from './route-table.ts'

/** One server as the dispatcher knows it. */
export interface ServerEntry extends Claimant, ReplicaSet {
  name: string
  readonly lane: Lane
  readonly isReplicated: boolean
  /** Absent until it has described itself. */
  description: ServerDescription | undefined
  /** Why it takes no part, or only with what it said before. */
  problem: string | undefined
  routes: readonly Route[]
  provisional: readonly Route[]
  operationOf: OperationTable
  /** Asks the replicas in turn for their description. */
  describe(): MaybePromise<ServerDescription>
  health(): Promise<Health>
  /** Stops listening. */
  detach(): void
  /** Closes every replica, once what is in hand is done. */
  close(): Promise<void>
}

/** A server as `GET /servers` lists it. */
export interface ServerListing extends ServerDescription {
  readonly health: Health
}

export interface ServerEntryOptions {
  readonly clock: Clock
  readonly breaker?: BreakerOptions | undefined
  readonly concurrency?: ConcurrencyOptions | undefined
  readonly onError: (error: unknown) => void
  readonly onNotification: (entry: ServerEntry, notification: NotificationEnvelope) => void
}

// A server that does not say how it is within this time is not well.
const healthTimeoutMs = 2000

export function createServerEntry(
  servers: CapabilityServer | readonly CapabilityServer[],
  { clock, breaker, concurrency, onError, onNotification }: ServerEntryOptions,
): ServerEntry {
  const list = replicasOf(servers)
  const [first] = list
  if (first === undefined) {
    throw new McpError('invalid-request', 'A server needs at least one replica.')
  }
  const set = createReplicaSet(list, { clock, breaker, onError })
  const lane = createLane(concurrency)

  const entry: ServerEntry = {
    ...set,
    name: first.name,
    lane,
    isReplicated: list.length > 1,
    description: undefined,
    problem: 'It has not described itself yet.',
    routes: [],
    provisional: provisionalRoutes(first.name),
    operationOf: () => undefined,
    describe: () => describeFirst(list),
    async health() {
      const health = joinHealths(await Promise.all(list.map((server) => healthOf(server, clock))))
      const { problem } = entry
      return problem === undefined || health.state === 'unhealthy'
        ? health
        : { state: 'unhealthy', reason: problem }
    },
    detach() {
      for (const unsubscribe of subscriptions) unsubscribe()
    },
    async close() {
      entry.detach()
      await lane.drained()
      const closing = await Promise.allSettled(list.map(async (server) => server.close()))
      for (const result of closing) if (result.status === 'rejected') onError(result.reason)
    },
  }
  const subscriptions = set.replicas.map((replica) =>
    listen(replica, (notification) => onNotification(entry, notification)),
  )
  return entry
}

/** Takes over what a server said of itself. */
export function adoptDescription(entry: ServerEntry, description: ServerDescription): void {
  entry.description = description
  entry.problem = undefined
  entry.routes = description.routes
  entry.provisional = []
  entry.operationOf = createOperationTable(description.operations)
}

/** A server as lists show it, under the name the dispatcher knows it by. */
export async function listServer(entry: ServerEntry): Promise<ServerListing> {
  const { name, description, provisional } = entry
  const source = entry.replicas[0]?.server.source ?? name
  const unknown = { source, version: 'unknown', operations: [], notifications: {} }
  return {
    ...(description ?? { ...unknown, routes: provisional }),
    name,
    health: await entry.health(),
  }
}

function listen(
  { server, breaker }: Replica,
  listener: (notification: NotificationEnvelope) => void,
): () => void {
  return server.subscribe((notification) => {
    if (!breaker.isClosed) breaker.succeeded()
    listener(notification)
  })
}

// Until it describes itself, a server by a builtin's name takes that builtin's requests: its caller
// then hears `unavailable`, which is true, and not `unknown-type`.
function provisionalRoutes(name: string): readonly Route[] {
  const builtin = Object.values(builtinServers).find((candidate) => candidate.name === name)
  return builtin === undefined ? [] : [{ type: builtin.type, targetKey: builtin.target }]
}

function healthOf(server: CapabilityServer, clock: Clock): Promise<Health> {
  return new Promise((resolve) => {
    const silent: Health = { state: 'unhealthy', reason: 'It does not say how it is.' }
    const stop = clock.after(healthTimeoutMs, () => resolve(silent))
    const answer = (health: Health): void => {
      stop()
      resolve(health)
    }
    new Promise<Health>((done) => {
      done(server.health())
    }).then(answer, () => answer(silent))
  })
}
