import type { Semaphore } from '@mcp/concurrency'
import type { Clock } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'
import type { PriorDiscovery } from '@modelcontextprotocol/client'

import type { RelayedCall } from '../calls/relayed-call.ts'
import type { UpstreamEntry } from '../entry/upstream-entry.ts'
import { isLoginRequired } from '../oauth/login-required.ts'
import type { ConnectionPool } from './connection-pool.ts'
import { createConnectionPool } from './connection-pool.ts'
import { movedIn } from './follow-redirects.ts'
import type {
  Connection,
  ExperimentalCapabilities,
  OpenConnectionOptions,
} from './open-connection.ts'
import { openConnection } from './open-connection.ts'
import { openInEra } from './open-in-era.ts'
import type { PhaseRecorder } from './phase.ts'
import { createStartPolicy } from './start-policy.ts'
import { isEraRefused, isRefused, isSessionLost } from './upstream-error.ts'
import type { CreateTransport } from './upstream-transport.ts'

type Json = Readonly<Record<string, unknown>>

/** A connection of the pool, and the calls that use it. */
export interface ActiveConnection extends Connection {
  /** `shared`, or the key of the callers that share the connection. */
  readonly key: string
  readonly calls: Set<RelayedCall>
}

/** The connections of one upstream server. */
export interface UpstreamConnections {
  /**
   * Runs a task with the connection of a key. If the server refused the request without running it, such as
   * after a restart, the task runs once more with a new connection. A request that may have run is not
   * repeated.
   */
  use<Result>(
    key: string,
    signal: AbortSignal,
    task: (connection: ActiveConnection) => Promise<Result>,
  ): Promise<Result>
  /** Opens the connection of a key as soon as that closes no connection of another subscription. */
  reopen(key: string): Promise<void>
  retire(key: string): void
  /** Closes each connection as soon as it is not in use. */
  retireAll(): void
  /** Closes all connections, so that the next call opens a new one without a delay. */
  restart(): Promise<void>
  size(): number
  close(): Promise<void>
}

/** Receives each new connection, its end unless all close, and the notifications and requests that the server sends on it. */
export interface ConnectionListeners {
  readonly onOpen: (connection: ActiveConnection) => void
  readonly onClose: (connection: ActiveConnection) => void
  readonly onNotification: (connection: ActiveConnection, method: string, params: Json) => void
  readonly onRequest: (connection: ActiveConnection, method: string, params: Json) => Promise<Json>
}

export interface UpstreamConnectionsOptions {
  readonly entry: UpstreamEntry
  readonly createTransport: CreateTransport
  readonly clock: Clock
  readonly phase: PhaseRecorder
  /** Returns the experimental capabilities that the hub declares to the server. Default: none. */
  readonly experimental?: (() => Promise<ExperimentalCapabilities>) | undefined
  /** Limits the number of concurrent starts of the processes of all upstream servers. */
  readonly startSemaphore: Semaphore
  readonly random?: (() => number) | undefined
  /** The known era of the server. */
  readonly prior: () => PriorDiscovery | undefined
  /**
   * Called when a start fails or a request is refused, because another version may have replaced the server.
   */
  readonly onFailure: () => void
  /** Whether the connection of a key has subscriptions, so that it stays open without calls. */
  readonly isPersistent: (key: string) => boolean
  readonly listeners: ConnectionListeners
}

/**
 * Maximum time that one start holds its permit, so that a slow process does not delay the start of others
 * longer.
 */
const maxPermitMs = 1000

export function createUpstreamConnections(
  options: UpstreamConnectionsOptions,
): UpstreamConnections {
  const { entry, clock, phase, startSemaphore, listeners } = options
  const policy = createStartPolicy(entry.name, clock, options.random)
  const shutdown = new AbortController()
  /** The connections that this side closes, which are therefore no crashes. */
  const closing = new WeakSet<ActiveConnection>()
  let pool = nextPool()

  function nextPool(): ConnectionPool<ActiveConnection> {
    const created = createPool(options, closing, (key) => open(key, () => pool === created))
    return created
  }

  /** Opens a connection. Its outcome is recorded unless a restart has replaced its pool meanwhile. */
  async function open(key: string, isCurrent: () => boolean): Promise<ActiveConnection> {
    const attempt = policy.begin()
    if (phase.status().phase !== 'ready') phase.enter('starting')
    const record = phase.startAttempt(entry.transport)
    try {
      const connection = await start(key)
      if (!isCurrent()) return connection
      record(describeServer(connection))
      attempt.succeeded()
      phase.enter('ready')
      listeners.onOpen(connection)
      return connection
    } catch (thrown) {
      // A user completes the login. The next call must work then, so there is no backoff.
      if (isLoginRequired(thrown)) {
        phase.enter('stopped')
        record('requires a login')
        throw thrown
      }
      options.onFailure()
      const error = attempt.failed(thrown)
      if (!isCurrent()) throw error
      record(error.message)
      if (!shutdown.signal.aborted) enterFailed(phase, error)
      throw error
    }
  }

  async function start(key: string): Promise<ActiveConnection> {
    const { signal } = shutdown
    const connect = () =>
      openInEra({ prior: options.prior(), entry, clock }, (known) =>
        openActive({ ...options, ...known, signal }, key, listeners, (connection, openedAt) => {
          if (!signal.aborted) closed(connection, openedAt)
        }),
      )
    // A connection over HTTP uses little of this machine, so it needs no permit. An outage of one server then
    // delays no other server.
    return entry.transport === 'stdio'
      ? withPermit(startSemaphore, clock, signal, connect)
      : connect()
  }

  /** Records that a connection has closed: by itself, or because the pool has closed it. */
  function closed(connection: ActiveConnection, openedAt: number): void {
    const isCrash = connection.calls.size > 0 && !closing.has(connection)
    policy.closed({ openedAt, isCrash })
    pool.discard(connection)
    listeners.onClose(connection)
    if (pool.size() > 0) return
    const reason = isCrash ? connection.closeReason() : undefined
    phase.enter('stopped', reason, isCrash ? connection.lastErrorLines() : [])
  }

  return {
    async use(key, signal, task) {
      try {
        return await runOnce(pool, key, signal, task)
      } catch (thrown) {
        if (!wasRefused(thrown)) throw thrown
        options.onFailure()
        return runOnce(pool, key, signal, task)
      }
    },
    reopen: (key) => reopen(pool, key, shutdown.signal),
    retire: (key) => pool.retire(key),
    retireAll: () => pool.retireAll(),
    async restart() {
      policy.reset()
      const previous = pool
      pool = nextPool()
      await previous.close()
      // A call may have opened a connection meanwhile.
      if (pool.size() === 0) phase.enter('stopped')
    },
    size: () => pool.size(),
    async close() {
      shutdown.abort(new McpError('unavailable', `The server "${entry.name}" is shutting down.`))
      await pool.close()
      phase.enter('stopped')
    },
  }
}

function createPool(
  {
    entry,
    clock,
    isPersistent,
  }: Pick<UpstreamConnectionsOptions, 'entry' | 'clock' | 'isPersistent'>,
  closing: WeakSet<ActiveConnection>,
  open: (key: string) => Promise<ActiveConnection>,
): ConnectionPool<ActiveConnection> {
  return createConnectionPool<ActiveConnection>({
    clock,
    maxConnections: entry.hub.maxConnections,
    idleTimeoutMs: entry.hub.idleTimeoutMs,
    open,
    isOpen: (connection) => connection.isOpen(),
    isPersistent,
    close(connection) {
      closing.add(connection)
      return connection.close()
    },
  })
}

function enterFailed(phase: PhaseRecorder, { message, details }: McpError): void {
  const lines = details?.['lastErrorLines']
  phase.enter('failed', message, Array.isArray(lines) ? lines.map(String) : [])
}

function describeServer({ client, era }: Connection): string {
  const { name, version } = client.getServerVersion() ?? { name: 'a server', version: '' }
  return `${name} ${version}, ${era}`
}

/** Runs a start with one of the permits that all servers share. */
async function withPermit<Result>(
  startSemaphore: Semaphore,
  clock: Clock,
  signal: AbortSignal,
  start: () => Promise<Result>,
): Promise<Result> {
  const release = await startSemaphore.acquire(signal)
  const stopTimer = clock.after(maxPermitMs, release)
  try {
    return await start()
  } finally {
    stopTimer()
    release()
  }
}

/** Opens a connection whose messages go to the listeners. */
async function openActive(
  options: OpenConnectionOptions,
  key: string,
  listeners: ConnectionListeners,
  onClose: (connection: ActiveConnection, openedAt: number) => void,
): Promise<ActiveConnection> {
  let active: ActiveConnection | undefined
  let openedAt = 0
  const connection = await openConnection(options, {
    onNotification(method, params) {
      if (active !== undefined) listeners.onNotification(active, method, params)
    },
    async onRequest(method, params) {
      if (active === undefined) throw new McpError('unavailable', 'Not connected yet.')
      return listeners.onRequest(active, method, params)
    },
    onClose() {
      if (active !== undefined) onClose(active, openedAt)
    },
  })
  openedAt = options.clock.now()
  active = { ...connection, key, calls: new Set() }
  return active
}

async function reopen(
  pool: ConnectionPool<ActiveConnection>,
  key: string,
  signal: AbortSignal,
): Promise<void> {
  const { release } = await pool.acquire(key, signal, { mayClosePersistent: false })
  release()
}

async function runOnce<Result>(
  pool: ConnectionPool<ActiveConnection>,
  key: string,
  signal: AbortSignal,
  task: (connection: ActiveConnection) => Promise<Result>,
): Promise<Result> {
  const { value, release } = await pool.acquire(key, signal)
  try {
    return await task(value)
  } catch (thrown) {
    if (wasRefused(thrown)) pool.discard(value)
    throw thrown
  } finally {
    release()
  }
}

/**
 * Whether the server certainly did not run a request, because it does not know the session, does not accept
 * connections, has moved, or does not serve the version of the protocol.
 */
function wasRefused(thrown: unknown): boolean {
  return (
    isSessionLost(thrown) ||
    isRefused(thrown) ||
    isEraRefused(thrown) ||
    movedIn(thrown) !== undefined
  )
}
