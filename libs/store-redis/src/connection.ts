import { createHash } from 'node:crypto'

import { readCertificates } from './clients/client-options.ts'
import type { CommandArgs, SendCommand } from './clients/commands.ts'
import { createLinkCheck } from './clients/link-check.ts'
import { openClients } from './clients/open-clients.ts'
import { parseRedisUrl } from './clients/redis-url.ts'
import type { CreateScriptBatch } from './clients/script-batch.ts'
import { createScriptBatches } from './clients/script-batch.ts'
import { createSubscriber } from './clients/subscriber.ts'
import { createHealth } from './health.ts'

/** The connections of one session manager to Redis. */
export interface Connection {
  /**
   * Runs a script, in one round trip if Redis has cached it. In a cluster, all keys must have the same slot.
   */
  run(script: string, keys: readonly string[], args?: CommandArgs): Promise<unknown>
  /** Returns the function that runs a script of `forEachItem` for one item, together with other items. */
  readonly batch: CreateScriptBatch
  /** Runs one command. Its first argument is a key. */
  call(command: string, ...args: CommandArgs): Promise<unknown>
  /**
   * Publishes a message. In a cluster, the node of the key publishes it: messages of one node arrive in order,
   * those of two nodes in any order.
   */
  publish(key: string, channel: string, message: string): Promise<void>
  subscribe(channel: string): Promise<void>
  unsubscribe(channel: string): void
  /**
   * Tests each connection. Reopens a connection that did not respond to two tests in a row. In a cluster, also
   * reads the slots again, and checks the links to the node of the subscriber.
   */
  check(): void
  health(): { readonly failure: string | undefined; readonly errors: number }
  /** The addresses of Redis, without passwords. */
  readonly place: string
  /** Time since the connections for commands became ready, in milliseconds; 0 while they are not ready. */
  readyMs(): number
  close(): void
}

export interface ConnectionOptions {
  readonly url: string
  /** PEM file of additional certificates to trust. */
  readonly caFile?: string | undefined
  readonly onMessage: (channel: string, message: string) => void
  /**
   * Called when messages may have been lost: after an interruption, when all channels are subscribed again; in
   * a cluster also after a failure of a node or of a link between nodes; and if a message was not valid.
   */
  readonly onMissed: () => void
  readonly onError: (error: unknown) => void
  readonly onRecovery?: ((message: string) => void) | undefined
}

/**
 * Time without a failure after which a successful command shows that a cluster works again, in milliseconds. A
 * success before that is not enough, because other nodes respond while one of them fails.
 */
const clusterRecoveryMs = 1000

/**
 * Opens the connections.
 *
 * @throws McpError if Redis cannot be used with this URL or these certificates.
 */
export async function openConnection(options: ConnectionOptions): Promise<Connection> {
  const { url, caFile, onMessage, onMissed, onError, onRecovery } = options
  const address = parseRedisUrl(url)
  const ca = caFile === undefined ? undefined : readCertificates(caFile)
  let state: 'opening' | 'open' | 'closed' = 'opening'
  let isCluster = false
  const { fail, recover, succeed, attempt, health } = createHealth({
    place: address.place,
    onError: (error) => state === 'open' && onError(error),
    onRecovery,
    canRecover: (sinceFailureMs) =>
      !isCluster || (commands.isReady() && sinceFailureMs > clusterRecoveryMs),
  })
  const onFailure = (error: unknown): void => {
    if (state === 'open') fail(error)
  }

  const clients = await openClients({
    address,
    ca,
    state: () => state,
    onFailure,
    onRecovery() {
      if (state !== 'open') return
      recover()
      // A node that was unavailable may not have sent its messages to the other nodes.
      if (isCluster) onMissed()
    },
  }).catch((error: unknown) => {
    throw fail(error)
  })
  state = 'open'
  const { commands, cluster } = clients
  isCluster = cluster !== undefined
  const subscriber = createSubscriber(clients.subscriber, {
    onMessage,
    onMissed,
    onError,
    onFailure,
  })
  const checkLinks = cluster === undefined ? undefined : createLinkCheck(cluster.nodes, onMissed)
  const runScript = createScriptRunner(commands.send)
  const runBatch = createScriptRunner(commands.sendDirectly)
  const batch = createScriptBatches({
    async run(script, keys, args) {
      try {
        return await runBatch(script, keys, args)
      } catch (error) {
        throw fail(error)
      }
    },
    // One server has all slots.
    groupOf: (key) => (isCluster ? hashTagOf(key) : ''),
    succeed,
    fail,
  })

  return {
    run: (script, keys, args) => attempt(() => runScript(script, keys, args)),
    batch,
    call: (command, ...args) => attempt(() => commands.send(String(args[0]), command, args)),
    async publish(key, channel, message) {
      await attempt(() => commands.send(key, 'PUBLISH', [channel, message]))
    },
    subscribe: (channel) => attempt(() => subscriber.subscribe(channel)),
    unsubscribe: (channel) => subscriber.unsubscribe(channel),
    check() {
      if (state !== 'open') return
      commands.check()
      subscriber.check()
      if (cluster === undefined) return
      // The connections report their failures.
      void cluster.nodes.refresh()
      checkLinks?.(cluster.subscribed()).catch(() => {})
    },
    health,
    place: address.place,
    readyMs: () => commands.readyMs(),
    close() {
      state = 'closed'
      commands.close()
      subscriber.close()
    },
  }
}

/** Returns the part of a key that determines its slot. */
function hashTagOf(key: string): string {
  return key.slice(key.indexOf('{') + 1, key.indexOf('}'))
}

/**
 * Returns the function that runs a script by its hash. Sends the text only if Redis has not cached the script.
 */
function createScriptRunner(send: SendCommand): Connection['run'] {
  const hashes = new Map<string, string>()
  return async (script, keys, args = []) => {
    const [key = ''] = keys
    const hash = hashes.get(script) ?? createHash('sha1').update(script).digest('hex')
    hashes.set(script, hash)
    const rest = [keys.length, ...keys, ...args]
    try {
      return await send(key, 'EVALSHA', [hash, ...rest])
    } catch (error) {
      if (!String(error).includes('NOSCRIPT')) throw error
      return await send(key, 'EVAL', [script, ...rest])
    }
  }
}
