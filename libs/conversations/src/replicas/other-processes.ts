import type { Clock } from '@mcp/protocol'
import type { PendingItem } from '@mcp/protocol/rest'

/** The approvals and interactions in other processes that wait for a response of the owner. */
export interface OtherProcesses {
  /** Replaces the list of an owner in a process. */
  set(process: string, owner: string, items: readonly PendingItem[]): void
  /** Records that a process has sent a message. */
  recordActivity(process: string): void
  pending(owner: string): PendingItem[]
  /** Removes the lists of processes that have sent no message for this time. */
  forgetSilent(silenceMs: number): void
  forgetAll(): void
}

interface OtherProcess {
  activeAt: number
  readonly items: Map<string, readonly PendingItem[]>
}

/** @param onChange - Receives each owner whose list has changed. */
export function createOtherProcesses(
  clock: Clock,
  onChange: (owner: string) => void,
): OtherProcesses {
  const others = new Map<string, OtherProcess>()

  function recordActivity(process: string): OtherProcess {
    const known = others.get(process) ?? { activeAt: 0, items: new Map() }
    known.activeAt = clock.now()
    others.set(process, known)
    return known
  }

  function forgetSilent(silenceMs: number): void {
    for (const [process, { activeAt, items }] of Array.from(others)) {
      if (clock.now() - activeAt < silenceMs) continue
      others.delete(process)
      for (const owner of items.keys()) onChange(owner)
    }
  }

  return {
    set(process, owner, items) {
      const other = recordActivity(process)
      if (items.length === 0) other.items.delete(owner)
      else other.items.set(owner, items)
      onChange(owner)
    },
    recordActivity: (process) => void recordActivity(process),
    pending: (owner) => Array.from(others.values()).flatMap(({ items }) => items.get(owner) ?? []),
    forgetSilent,
    forgetAll: () => forgetSilent(0),
  }
}
