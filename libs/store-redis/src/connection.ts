import { createHash } from 'node:crypto'

import { Redis } from 'ioredis'

import { createHealth } from './health.ts'
import { placeOf } from './redis-error.ts'

/** The connections of one session manager to Redis. */
export interface Connection {
  /** Runs a script in one round trip. */
  run(
    script: string,
    keys: readonly string[],
    args?: readonly (string | number)[],
  ): Promise<unknown>
  /** Runs one command. */
  call(command: string, ...args: readonly (string | number)[]): Promise<unknown>
  subscribe(channel: string): Promise<void>
  unsubscribe(channel: string): void
  /** Tests each connection. Reopens a connection that did not respond to two calls in a row. */
  check(): void
  health(): { readonly failure: string | undefined; readonly errors: number }
  /** Time since the connection became ready, in milliseconds; 0 while it is not ready. */
  readyMs(): number
  close(): void
}

export interface ConnectionOptions {
  readonly url: string
  readonly onMessage: (channel: string, message: string) => void
  /** Called after an interruption, when all channels are subscribed again. */
  readonly onMissed: () => void
  readonly onError: (error: unknown) => void
  readonly onRecovery?: ((message: string) => void) | undefined
}

const commandTimeoutMs = 900
const maxReconnectMs = 1000

/**
 * Opens the connections.
 *
 * @throws McpError if Redis cannot be used with this URL.
 */
export async function openConnection(options: ConnectionOptions): Promise<Connection> {
  const { url, onMessage, onMissed, onError, onRecovery } = options
  const place = placeOf(url)
  const shared = {
    lazyConnect: true,
    // The ready check would report a wrong password as "Connection is closed".
    enableReadyCheck: false,
    // A connection that closes while the client info is sent would count as ready, and would never be reopened.
    // A proxy closes the connection at this time if Redis is unavailable.
    disableClientInfo: true,
    // A request must fail soon instead of waiting for the connection, and must not be sent twice.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    commandTimeout: commandTimeoutMs,
    retryStrategy: (times: number) => (isOpen ? Math.min(50 * times, maxReconnectMs) : null),
  }
  let isOpen = false
  let readyAt: number | undefined
  const commands = new Redis(url, { ...shared, enableAutoPipelining: true })
  const subscriber = new Redis(url, { ...shared, autoResubscribe: false })
  const runScript = createScriptRunner(commands)
  const channels = new Set<string>()

  const { fail, recover, attempt, health } = createHealth({
    place,
    onError: (error) => isOpen && onError(error),
    onRecovery,
  })

  for (const client of [commands, subscriber]) {
    client.on('error', (error) => {
      if (isOpen) fail(error)
    })
  }
  commands.on('ready', () => {
    readyAt = Date.now()
    recover()
  })
  commands.on('close', () => {
    readyAt = undefined
    if (isOpen) fail(new Error('closed the connection'))
  })
  subscriber.on('message', onMessage)
  subscriber.on('ready', () => {
    if (!isOpen || channels.size === 0) return
    // The replies arrive in order, so all channels are subscribed after the last one.
    subscriber.subscribe(...channels).then(onMissed, (error: unknown) => {
      fail(error)
      reconnect(subscriber)
    })
  })
  const checks = [commands, subscriber].map((client) => createCheck(client))

  try {
    await commands.connect()
    await assertUsable(commands)
    await subscriber.connect()
  } catch (error) {
    commands.disconnect()
    subscriber.disconnect()
    throw fail(error)
  }
  isOpen = true

  return {
    run: (...call) => attempt(() => runScript(...call)),
    call: (command, ...args) => attempt(() => commands.call(command, ...args)),
    async subscribe(channel) {
      channels.add(channel)
      await attempt(() => subscriber.subscribe(channel))
    },
    unsubscribe(channel) {
      channels.delete(channel)
      // This fails while the connection is interrupted. The channel is then not subscribed again.
      subscriber.unsubscribe(channel).catch(() => {})
    },
    check() {
      if (isOpen) for (const check of checks) check()
    },
    health,
    readyMs: () => (readyAt === undefined ? 0 : Date.now() - readyAt),
    close() {
      isOpen = false
      commands.disconnect()
      subscriber.disconnect()
    },
  }
}

/** Closes a connection, which is then opened again. */
function reconnect(client: Redis): void {
  if (client.status === 'ready') client.disconnect(true)
}

/**
 * Creates the check of one connection. It is needed if the network drops all packets. The subscriber would
 * never notice this, and the connection for commands only after many minutes, when TCP gives up.
 */
function createCheck(client: Redis): () => void {
  let failures = 0
  return () => {
    if (client.status !== 'ready') return
    client.ping().then(
      () => (failures = 0),
      () => {
        failures++
        if (failures < 2) return
        failures = 0
        reconnect(client)
      },
    )
  }
}

const minVersion = 7

async function assertUsable(client: Redis): Promise<void> {
  const info = await client.info('server')
  const [, version = '0'] = /redis_version:(\d+)/.exec(info) ?? []
  if (Number(version) < minVersion) {
    throw new Error(`is version ${version}: use version ${minVersion} or later.`)
  }
  if (/redis_mode:cluster/.test(info)) {
    throw new Error(
      'is a node of a cluster, which is not supported: use one primary, with replicas for failover.',
    )
  }
}

/** Returns the function that runs a script by its hash, and sends the text only if Redis does not know it. */
function createScriptRunner(client: Redis): Connection['run'] {
  const hashes = new Map<string, string>()
  return async (script, keys, args = []) => {
    const hash = hashes.get(script) ?? createHash('sha1').update(script).digest('hex')
    hashes.set(script, hash)
    try {
      return await client.evalsha(hash, keys.length, ...keys, ...args)
    } catch (error) {
      if (!String(error).includes('NOSCRIPT')) throw error
      return await client.eval(script, keys.length, ...keys, ...args)
    }
  }
}
