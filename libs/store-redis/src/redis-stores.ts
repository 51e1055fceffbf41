import { randomBytes, randomUUID } from 'node:crypto'

import type { DocumentStore } from '@mcp/files'
import type { PolicyCounters } from '@mcp/policy'
import { systemClock } from '@mcp/protocol'
import type { Clock } from '@mcp/protocol'
import { defaultStoreLimits } from '@mcp/session-manager'
import type { StoreImport, StoreLimits, Stores } from '@mcp/session-manager'

import { openConnection } from './connection.ts'
import { createRedisDocuments } from './documents/document-store.ts'
import { createRedisImport } from './import/redis-import.ts'
import { createKeys } from './keys.ts'
import { createRedisCounters } from './redis-counters.ts'
import { createRedisEventStore } from './stores/event-store.ts'
import { createRedisInteractionStore } from './stores/interaction-store.ts'
import { createRedisSignalBus } from './stores/redis-signal-bus.ts'
import { createRedisResponseStore } from './stores/response-store.ts'
import { createRedisSessionStore } from './stores/session-store.ts'
import { createKnownSessions } from './stores/known-sessions.ts'
import { createTouches } from './stores/touches.ts'

export interface RedisStoresOptions {
  /** PEM file of additional certificates to trust, for a URL that starts with `rediss`. */
  readonly caFile?: string | undefined
  /** Default: `defaultStoreLimits` of `@mcp/session-manager`. */
  readonly limits?: Partial<StoreLimits> | undefined
  /** Prefix of all keys and channels. Default: `mcp:`. */
  readonly prefix?: string | undefined
  /**
   * Interval at which recorded activity is written and claims without a result are released, in milliseconds.
   * Default: 500.
   */
  readonly flushMs?: number | undefined
  /**
   * Time after which a session manager that does not renew its lease counts as ended, in milliseconds. Its
   * requests in flight are then lost. Default: 10 seconds.
   */
  readonly leaseMs?: number | undefined
  /** Receives the first failure each time Redis stops working. Default: failures are ignored. */
  readonly onError?: ((error: unknown) => void) | undefined
  /** Receives a message when the store works again after a failure that `onError` received. */
  readonly onRecovery?: ((message: string) => void) | undefined
  /** Replaces the system clock in tests. */
  readonly clock?: Clock | undefined
}

/** The stores in Redis, and further state that the session managers share there. */
export interface RedisStores extends Stores {
  /** Counters for the limits and budgets of a policy. */
  readonly counters: PolicyCounters
  /** Documents that all processes with this Redis and prefix share. */
  readonly documents: DocumentStore
  /**
   * Returns a secret that all session managers share. The first call sets it to `initial`, or to a random
   * value.
   */
  readonly sharedSecret: (initial?: string) => Promise<string>
  /** Imports the records of an export. */
  readonly import: StoreImport
  /** The addresses of Redis, without passwords. */
  readonly place: string
}

/**
 * Connects to Redis 7 or later, which holds all state of a session manager. Several session managers can
 * use it at the same time. The URL may name one server, nodes of a cluster, or sentinels.
 *
 * @example
 * const stores = await createRedisStores('redis://127.0.0.1:6379')
 * const manager = createSessionManager({ dispatcher, stores })
 *
 * @throws McpError if the URL or the file of certificates is invalid, or if Redis is not reachable, is too old,
 * or refuses the password.
 */
export async function createRedisStores(
  url: string,
  options: RedisStoresOptions = {},
): Promise<RedisStores> {
  const { prefix = 'mcp:', flushMs = 500, leaseMs = 10_000, clock = systemClock } = options
  const onError = options.onError ?? ((): void => {})
  const keys = createKeys(prefix)
  const replica = randomUUID()
  const signals = createRedisSignalBus(() => connection, keys)
  const connection = await openConnection({
    url,
    caFile: options.caFile,
    onMessage: (channel, message) => signals.receive(channel, message),
    onMissed: () => signals.missed(),
    onError,
    onRecovery: options.onRecovery,
  })
  const touches = createTouches(connection, keys)
  const knownSessions = createKnownSessions()
  const limits = { ...defaultStoreLimits, ...options.limits }
  const backend = { connection, keys, limits, signals, touches, knownSessions, replica, leaseMs }

  async function renewLease(): Promise<void> {
    await connection.call('SET', keys.replica(replica), 1, 'PX', leaseMs)
  }

  const responses = createRedisResponseStore(backend)
  try {
    await renewLease()
  } catch (error) {
    // An open connection would reconnect for as long as the process runs.
    connection.close()
    throw error
  }
  // The connection reports its failures.
  const stops = [
    clock.every(leaseMs / 4, () => {
      connection.check()
      void renewLease().catch(() => {})
    }),
    clock.every(flushMs, () => void touches.flush().catch(() => {})),
    clock.every(flushMs, () => void responses.releaseOrphans().catch(() => {})),
  ]
  let closing: Promise<void> | undefined

  async function close(): Promise<void> {
    for (const stop of stops) stop()
    try {
      await touches.flush()
      await connection.call('DEL', keys.replica(replica))
    } catch {
      // The lease expires.
    }
    connection.close()
  }

  return {
    sessions: createRedisSessionStore(backend),
    responses,
    events: createRedisEventStore(backend),
    interactions: createRedisInteractionStore(backend),
    signals,
    counters: createRedisCounters(connection, keys),
    documents: createRedisDocuments({ connection, prefix, leaseMs, clock }),
    import: createRedisImport({ backend, clock }),
    async sharedSecret(initial = randomBytes(32).toString('hex')) {
      await connection.call('SET', keys.secret, initial, 'NX')
      return String(await connection.call('GET', keys.secret))
    },
    place: connection.place,
    isShared: true,
    health: () => connection.health(),
    close: () => (closing ??= close()),
  }
}
