import { Command } from 'ioredis'

import { listOf } from '../results.ts'
import type { RedisNode } from './redis-url.ts'
import { formatNode } from './redis-url.ts'

export const slotCount = 16_384

/** The primary of each slot of a cluster. */
export interface SlotMap {
  /** Address of the primary of each slot; undefined for a slot without a node. */
  readonly owners: readonly (string | undefined)[]
  readonly nodes: ReadonlyMap<string, RedisNode>
}

/** Returns the hash slot of a key. */
export function slotOf(key: string): number {
  return new Command('GET', [key]).getSlot()
}

/** Parses the reply to `CLUSTER SLOTS` of a node, which may not know its own host. */
export function parseSlots(slots: unknown, from: RedisNode): SlotMap {
  const owners = Array.from<string | undefined>({ length: slotCount })
  const nodes = new Map<string, RedisNode>()
  for (const range of listOf(slots)) {
    const [first, last, primary] = listOf(range)
    const [host, port] = listOf(primary)
    const isKnown = typeof host === 'string' && host !== '' && host !== '?'
    const node = { host: isKnown ? host : from.host, port: Number(port) }
    const address = formatNode(node)
    nodes.set(address, node)
    owners.fill(address, Number(first), Number(last) + 1)
  }
  return { owners, nodes }
}
