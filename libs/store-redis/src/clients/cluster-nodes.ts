import type { CommandsListener } from './commands.ts'
import { createCheck } from './commands.ts'
import type { NodeConnection, NodePoolOptions } from './node-pool.ts'
import { createNodePool } from './node-pool.ts'
import type { RedisNode } from './redis-url.ts'
import { formatNode } from './redis-url.ts'
import { parseSlots } from './slot-map.ts'

/** The connections to the primaries of a cluster. */
export interface ClusterNodes {
  /** Returns the connection to the primary of a slot; undefined if no node has it. */
  ofSlot(slot: number): NodeConnection | undefined
  /** Returns the connection to a node, and opens it if it is new. */
  at(node: RedisNode): NodeConnection
  /** Records that a slot has moved. */
  move(slot: number, node: RedisNode): void
  /** Reads again which node has each slot. Connects to the seeds if no node returns the slots. */
  refresh(): Promise<void>
  list(): readonly NodeConnection[]
  /** Whether all slots have a node, and the connections to these nodes are ready. */
  isReady(): boolean
  /** Time for which `isReady` has been true, in milliseconds; 0 while it is false. */
  readyMs(): number
  check(): void
  close(): void
}

export interface ClusterNodesOptions extends CommandsListener, Pick<NodePoolOptions, 'optionsOf'> {
  /** Nodes to connect to first. They return the addresses of the others. */
  readonly seeds: readonly RedisNode[]
}

const refreshMs = 250

/** Creates the connections. They are opened in the background; the first `refresh` opens those to the seeds. */
export function createClusterNodes(options: ClusterNodesOptions): ClusterNodes {
  const { seeds, optionsOf, onFailure, onRecovery } = options
  const check = createCheck()
  let owners: (string | undefined)[] = []
  let readyAt: number | undefined
  let refreshing: Promise<void> | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let isClosed = false

  const pool = createNodePool({
    optionsOf,
    onFailure,
    onChange() {
      if (owners.length === 0) void refresh()
      else update()
    },
  })
  const readyNodes = () => pool.list().filter(({ client }) => client.status === 'ready')

  function update(): void {
    const ready = new Set(readyNodes().map(({ node }) => formatNode(node)))
    const isServed = owners.every((owner) => owner !== undefined && ready.has(owner))
    const isReady = owners.length > 0 && isServed
    if (isReady && readyAt === undefined) {
      readyAt = Date.now()
      onRecovery()
    }
    if (!isReady) readyAt = undefined
    if (isReady || isClosed || timer !== undefined) return
    timer = setTimeout(() => {
      timer = undefined
      void refresh()
    }, refreshMs)
  }

  function apply(slots: unknown, from: RedisNode): void {
    const map = parseSlots(slots, from)
    owners = [...map.owners]
    for (const node of map.nodes.values()) pool.at(node)
    pool.keep(map.nodes)
    if (owners.includes(undefined)) onFailure(new Error('CLUSTERDOWN'))
  }

  async function load(): Promise<void> {
    const ready = readyNodes()
    // The first node is chosen at random, because a node may be disconnected from the other nodes.
    const first = Math.floor(Math.random() * ready.length)
    for (const { node, client } of [...ready.slice(first), ...ready.slice(0, first)]) {
      try {
        return apply(await client.call('CLUSTER', 'SLOTS'), node)
      } catch (error) {
        onFailure(error)
      }
    }
    // All nodes may have new addresses. The host names of the seeds then resolve to them.
    for (const seed of seeds) pool.at(seed)
  }

  function refresh(): Promise<void> {
    if (isClosed) return Promise.resolve()
    refreshing ??= load().finally(() => {
      refreshing = undefined
      update()
    })
    return refreshing
  }

  return {
    ofSlot: (slot) => pool.find(owners[slot] ?? ''),
    at: (node) => pool.at(node),
    move(slot, node) {
      pool.at(node)
      owners[slot] = formatNode(node)
    },
    refresh,
    list: () => pool.list(),
    isReady: () => readyAt !== undefined,
    readyMs: () => (readyAt === undefined ? 0 : Date.now() - readyAt),
    check() {
      for (const { client } of pool.list()) check(client)
    },
    close() {
      isClosed = true
      clearTimeout(timer)
      pool.close()
    },
  }
}
