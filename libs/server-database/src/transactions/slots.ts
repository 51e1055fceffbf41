import type { Clock } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'

export interface SlotsOptions {
  readonly size: number
  readonly clock: Clock
  /** How long to wait for a free slot, in milliseconds. */
  readonly waitMs: number
  /** Frees a slot whose holder can do without, if there is one. */
  readonly reclaim: () => void
}

/** A number of places, each taken by one at a time, in the order of asking. */
export interface Slots {
  /**
   * Resolves with the function that gives the slot back; calling that twice does nothing.
   *
   * @throws McpError `unavailable`, reason `database-busy`, where none comes free in time.
   */
  take(signal: AbortSignal): Promise<() => void>
}

export function createSlots({ size, clock, waitMs, reclaim }: SlotsOptions): Slots {
  const waiting = new Set<() => void>()
  let free = size

  function giveBack(): void {
    const [next] = waiting
    if (next === undefined) {
      free += 1
      return
    }
    waiting.delete(next)
    next()
  }

  function slot(): () => void {
    let given = false
    return () => {
      if (given) return
      given = true
      giveBack()
    }
  }

  return {
    async take(signal) {
      signal.throwIfAborted()
      if (free > 0) {
        free -= 1
        return slot()
      }
      const taken = new Promise<() => void>((resolve, reject) => {
        const stop = clock.after(waitMs, () => leave(busy(size)))
        const abort = () => leave(signal.reason)
        const enter = () => {
          stop()
          signal.removeEventListener('abort', abort)
          resolve(slot())
        }
        function leave(reason: unknown): void {
          waiting.delete(enter)
          stop()
          signal.removeEventListener('abort', abort)
          reject(reason)
        }
        signal.addEventListener('abort', abort, { once: true })
        waiting.add(enter)
      })
      reclaim()
      return taken
    },
  }
}

function busy(size: number): McpError {
  const open =
    size === 1 ? 'one transaction at a time, and one is' : `${size} transactions, and all are`
  return new McpError(
    'unavailable',
    `The database can have open ${open}. Commit or roll back what is done, or try again later.`,
    { details: { reason: 'database-busy', retryAfterMs: 1000 } },
  )
}
