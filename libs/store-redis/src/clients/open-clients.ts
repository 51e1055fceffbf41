import { Redis } from 'ioredis'
import type { RedisOptions } from 'ioredis'

import type { Certificates } from './client-options.ts'
import { commonOptions, nodeOptions, reconnectMs, tlsOptions } from './client-options.ts'
import { createClusterSend } from './cluster-commands.ts'
import type { ClusterNodes } from './cluster-nodes.ts'
import { createClusterNodes } from './cluster-nodes.ts'
import type { Commands, CommandsListener } from './commands.ts'
import type { RedisAddress, RedisNode } from './redis-url.ts'
import { createServerCommands } from './server-commands.ts'

/** The clients of ioredis that one session manager uses. */
export interface Clients {
  readonly commands: Commands
  /** Receives messages. Reconnects after a failure; in a cluster, to the next node that is ready. */
  readonly subscriber: Redis
  readonly cluster:
    | { readonly nodes: ClusterNodes; readonly subscribed: () => RedisNode }
    | undefined
}

export interface OpenClientsOptions extends CommandsListener {
  readonly address: RedisAddress
  readonly ca: Certificates
  readonly state: () => 'opening' | 'open' | 'closed'
}

const maxOpenMs = 5000
const minVersion = 7

/**
 * Connects to Redis.
 *
 * @throws Error if Redis cannot be used.
 */
export async function openClients(options: OpenClientsOptions): Promise<Clients> {
  const { address, ca, state } = options
  const retryStrategy = (times: number): number | null =>
    state() === 'open' ? reconnectMs(times) : null
  const own = { ...commonOptions(address), retryStrategy }
  if (address.primaryName !== undefined) {
    const sentinel = { ...own, ...sentinelOptions(options, address.primaryName) }
    return openServer(options, () => new Redis({ ...sentinel, enableAutoPipelining: true }))
  }
  const create = (node: RedisNode): Redis =>
    new Redis({ ...own, ...nodeOptions(node, address, ca), enableAutoPipelining: true })
  const { client, node, mode } = await connectFirst(address.nodes, create)
  client.disconnect()
  if (mode === 'cluster') return openCluster(options)
  if (address.nodes.length > 1) {
    throw new Error(
      'is not a cluster, but REDIS_URL has several nodes: name one server, or its sentinels with redis+sentinel://.',
    )
  }
  return openServer(options, () => create(node))
}

async function openServer(options: OpenClientsOptions, create: () => Redis): Promise<Clients> {
  const [client, subscriber] = [create(), create()]
  try {
    await connect(client)
    await connect(subscriber)
  } catch (error) {
    client.disconnect()
    subscriber.disconnect()
    throw error
  }
  return { commands: createServerCommands(client, options), subscriber, cluster: undefined }
}

async function openCluster(options: OpenClientsOptions): Promise<Clients> {
  const { address, ca, state, onFailure, onRecovery } = options
  if (address.db !== 0)
    throw new Error('is a cluster, which has only database 0: change REDIS_URL.')
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  let failure: unknown = new Error('CLUSTERDOWN')
  const retryStrategy = (times: number): number | null =>
    state() === 'closed' ? null : reconnectMs(times)
  const common = { ...commonOptions(address), retryStrategy }
  const nodes = createClusterNodes({
    seeds: address.nodes,
    optionsOf: (node) => ({
      ...common,
      ...nodeOptions(node, address, ca),
      enableAutoPipelining: true,
    }),
    onFailure(error) {
      failure = error
      onFailure(error)
    },
    onRecovery() {
      resolve()
      onRecovery()
    },
  })
  const timer = setTimeout(() => reject(failure), maxOpenMs)
  let subscriber: Redis | undefined
  try {
    void nodes.refresh()
    await promise
    const choice = createNodeChoice(nodes, address, ca)
    subscriber = new Redis({
      ...common,
      ...choice.next(),
      retryStrategy(times) {
        // The node may stay unreachable, so the client gets the address of the next node.
        if (subscriber !== undefined) Object.assign(subscriber.options, choice.next())
        return retryStrategy(times)
      },
    })
    await connect(subscriber)
    const commands = { ...nodes, ...createClusterSend(nodes) }
    return { commands, subscriber, cluster: { nodes, subscribed: choice.current } }
  } catch (error) {
    nodes.close()
    subscriber?.disconnect()
    throw error
  } finally {
    clearTimeout(timer)
  }
}

/**
 * Creates the choice of the subscriber's node. Each call of `next` returns the options for the next ready node,
 * or for the current one if no node is ready.
 */
function createNodeChoice(nodes: ClusterNodes, address: RedisAddress, ca: Certificates) {
  let count = Math.floor(Math.random() * nodes.list().length)
  let current: RedisNode = address.nodes[0] ?? { host: '', port: 0 }
  return {
    current: () => current,
    next(): RedisOptions {
      const ready = nodes.list().filter(({ client }) => client.status === 'ready')
      current = ready[count++ % Math.max(1, ready.length)]?.node ?? current
      return nodeOptions(current, address, ca)
    },
  }
}

function sentinelOptions({ address, ca, state }: OpenClientsOptions, name: string): RedisOptions {
  const tls = address.isTls ? tlsOptions(undefined, ca) : undefined
  return {
    name,
    sentinels: [...address.nodes],
    ...(address.sentinelUsername === undefined
      ? {}
      : { sentinelUsername: address.sentinelUsername }),
    ...(address.sentinelPassword === undefined
      ? {}
      : { sentinelPassword: address.sentinelPassword }),
    sentinelRetryStrategy: (times) => (state() === 'open' ? reconnectMs(times) : null),
    sentinelCommandTimeout: 900,
    ...(tls === undefined ? {} : { tls, sentinelTLS: tls, enableTLSForSentinelMode: true }),
    // A former primary that has become a replica returns READONLY. The sentinels then name the new primary.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
  }
}

/**
 * Connects to the first node that is reachable.
 *
 * @throws Error of the last node if none can be used.
 */
async function connectFirst(nodes: readonly RedisNode[], create: (node: RedisNode) => Redis) {
  let failure: unknown
  for (const node of nodes) {
    const client = create(node)
    try {
      return { client, node, mode: await connect(client) }
    } catch (error) {
      failure = error
    }
  }
  throw failure
}

/**
 * Connects and checks the version. Returns the mode of the server.
 *
 * @throws Error with the reason that the client reported, because the error of `client.connect` often states
 * only that the connection is closed.
 */
async function connect(client: Redis): Promise<string> {
  let reported: unknown
  const report = (error: unknown): void => {
    reported ??= error
  }
  client.on('error', report).on('sentinelError', report)
  let isConnected = false
  try {
    await client.connect()
    isConnected = true
    return await modeOf(client)
  } catch (error) {
    client.disconnect()
    throw tlsFailure(reported ?? error, { isTls: client.options.tls !== undefined, isConnected })
  } finally {
    client.off('error', report).off('sentinelError', report)
    client.on('error', () => {})
  }
}

/** Returns a clearer error if it seems that only one of the server and this client uses TLS. */
function tlsFailure(
  error: unknown,
  { isTls, isConnected }: { readonly isTls: boolean; readonly isConnected: boolean },
): unknown {
  if (!/ETIMEDOUT|ECONNRESET|is closed/.test(String(error)) || isTls === isConnected) return error
  return new Error(
    isTls
      ? 'is not reachable with TLS: use its TLS port, or redis:// in place of rediss://.'
      : 'is closing the connection: if it requires TLS, use rediss:// in REDIS_URL.',
  )
}

async function modeOf(client: Redis): Promise<string> {
  const info = await client.info('server')
  const [, version = '0'] = /redis_version:(\d+)/.exec(info) ?? []
  if (Number(version) < minVersion) {
    throw new Error(`is version ${version}: use version ${minVersion} or later.`)
  }
  const [, mode = ''] = /redis_mode:(\w+)/.exec(info) ?? []
  if (mode === 'sentinel') {
    throw new Error('is a sentinel: name it as redis+sentinel://host:26379/mymaster.')
  }
  return mode
}
