import type { RedisNode } from './redis-url.ts'

/** The reason why a node of a cluster did not run a command. Such a command can be sent again. */
export type Redirection =
  /** The slot belongs to another node. */
  | { readonly type: 'moved'; readonly slot: number; readonly node: RedisNode }
  /** The slot is moving, and this node does not have the keys of the command. */
  | { readonly type: 'ask'; readonly node: RedisNode }
  /**
   * The slot is moving, the cluster has no node for a slot, the node is loading its data or has lost its
   * primary, or the connection is not ready.
   */
  | { readonly type: 'later' }

/**
 * Returns why a node did not run a command, or undefined if the command may have run. `from` is the node that
 * sent the error: a node that does not know its own host reports an empty one.
 */
export function parseRedirection(error: unknown, from: RedisNode): Redirection | undefined {
  const text = error instanceof Error ? error.message : String(error)
  const [, code, slot, host, port] =
    /^(MOVED|ASK) (\d+) (.*):(\d+)$/.exec(text.split('\n')[0] ?? '') ?? []
  if (code !== undefined) {
    const node = { host: host === '' || host === undefined ? from.host : host, port: Number(port) }
    return code === 'ASK' ? { type: 'ask', node } : { type: 'moved', slot: Number(slot), node }
  }
  const isLater = /^(?:TRYAGAIN|CLUSTERDOWN|LOADING|MASTERDOWN)\b|^Stream isn't writeable/.test(
    text,
  )
  return isLater ? { type: 'later' } : undefined
}
