import { Redis } from 'ioredis'
import type { RedisOptions } from 'ioredis'

import type { RedisNode } from './redis-url.ts'
import { formatNode } from './redis-url.ts'

/** A connection to one node of a cluster. */
export interface NodeConnection {
  readonly node: RedisNode
  readonly client: Redis
}

/** One connection per node of a cluster. A connection that is lost is opened again. */
export interface NodePool {
  find(address: string): NodeConnection | undefined
  /** Returns the connection to a node, and opens it if it is new. */
  at(node: RedisNode): NodeConnection
  /**
   * Closes the connections to all nodes except `addresses`. Each connection first receives the responses to its
   * commands in flight.
   */
  keep(addresses: { has(address: string): boolean }): void
  list(): readonly NodeConnection[]
  close(): void
}

export interface NodePoolOptions {
  /** Returns the options of the client of a node, including its address. */
  readonly optionsOf: (node: RedisNode) => RedisOptions
  /** Called when a connection becomes ready or is closed. */
  readonly onChange: () => void
  readonly onFailure: (error: unknown) => void
}

/** Returns the error for a node that cannot be reached. */
export function nodeFailure(node: RedisNode): Error {
  return new Error(`is not reachable: the connection to its node ${formatNode(node)} failed.`)
}

export function createNodePool({ optionsOf, onChange, onFailure }: NodePoolOptions): NodePool {
  const connections = new Map<string, NodeConnection>()

  function open(node: RedisNode): NodeConnection {
    const address = formatNode(node)
    const client = new Redis(optionsOf(node))
    const connection = { node, client }
    let reason: Error | undefined
    client.on('error', (error) => {
      // An error of the network is not kept: `nodeFailure`, which names the address, is reported instead.
      if (!('syscall' in error)) reason = error
    })
    client.on('ready', () => {
      reason = undefined
      onChange()
    })
    client.on('close', () => {
      if (connections.get(address) !== connection) return
      onFailure(reason ?? nodeFailure(node))
      onChange()
    })
    connections.set(address, connection)
    // If the connection fails, the client reports it as an event and connects again.
    client.connect().catch(() => {})
    return connection
  }

  return {
    find: (address) => connections.get(address),
    at: (node) => connections.get(formatNode(node)) ?? open(node),
    keep(addresses) {
      for (const [address, { client }] of connections) {
        if (addresses.has(address)) continue
        connections.delete(address)
        client.quit().catch(() => client.disconnect())
      }
    },
    list: () => Array.from(connections.values()),
    close() {
      const all = Array.from(connections.values())
      connections.clear()
      for (const { client } of all) client.disconnect()
    },
  }
}
