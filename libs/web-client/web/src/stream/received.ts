import type { StreamEntry } from '@mcp/client/rest'

import type { SharedEntry } from './shared-entry.ts'

/** The events that a tab has received. */
export interface StreamSnapshot {
  readonly position: string | undefined
  /** Interactions of the session that wait for the user. */
  readonly interactions: readonly StreamEntry[]
}

/**
 * Creates the state that a tab keeps of the received entries: the position, and the decisions and responses
 * that wait for the user.
 */
export function createReceived({ position: first, interactions }: StreamSnapshot = noSnapshot) {
  let position = first
  let pending: StreamEntry | undefined
  const waiting = new Map<unknown, StreamEntry>()

  function add(entry: SharedEntry): void {
    if (entry.source === 'missing-run') return
    if (entry.source === 'restart') {
      position = undefined
      waiting.clear()
      return
    }
    position = entry.position ?? position
    if (entry.source === 'pending') pending = entry
    if (entry.source !== 'session') return
    const { type, data } = entry.notification
    const { interactionId: id } = data
    if (type === 'interaction-required') waiting.set(id, entry)
    else if (type === 'interaction-resolved') waiting.delete(id)
  }

  for (const entry of interactions) add({ ...entry, position })
  return {
    add,
    position: () => position,
    /** Returns the entries about waiting decisions and responses, for a listener that is added now. */
    waiting: () => [...(pending === undefined ? [] : [pending]), ...waiting.values()],
    /**
     * Returns the state that the tab needs after it is loaded again. The state contains no approvals, because
     * each connection sends them.
     */
    snapshot: (): StreamSnapshot => ({ position, interactions: [...waiting.values()] }),
  }
}

const noSnapshot: StreamSnapshot = { position: undefined, interactions: [] }
