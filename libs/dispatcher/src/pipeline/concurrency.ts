import type { Call } from '../calls/call.ts'
import { holdCall } from '../calls/call.ts'

export interface ConcurrencyOptions {
  /** How many calls one server answers at a time. Default: 1,000. */
  readonly limit?: number | undefined
  /** How many more may wait for their turn; beyond that a call is refused. Default: 10,000. */
  readonly queue?: number | undefined
}

/** The calls one server has in hand, and those that wait for their turn. */
export interface Lane {
  /** `true`: go; `false`: the queue is full; a promise: wait, and whether the call still goes on. */
  enter(call: Call): boolean | Promise<boolean>
  /** Resolves when nothing is in hand. */
  drained(): Promise<void>
}

/** Limits how many calls run at a time, first come, first served. */
export function createLane(options: ConcurrencyOptions = {}): Lane {
  const { limit = 1000, queue = 10_000 } = options
  const waiting = new Set<() => void>()
  const whenDrained = new Set<() => void>()
  let running = 0

  function leave(): void {
    const [next] = waiting
    if (next !== undefined) {
      // The place is handed on, so that a newcomer cannot slip in between.
      waiting.delete(next)
      next()
      return
    }
    running--
    if (running > 0) return
    for (const resolve of whenDrained) resolve()
    whenDrained.clear()
  }

  return {
    enter(call) {
      if (running < limit) {
        running++
        holdCall(call, leave)
        return true
      }
      if (waiting.size >= queue) return false
      return new Promise((resolve) => {
        const start = (): void => {
          holdCall(call, leave)
          resolve(true)
        }
        waiting.add(start)
        holdCall(call, () => {
          waiting.delete(start)
          resolve(false)
        })
      })
    },
    drained: () =>
      running === 0
        ? Promise.resolve()
        : new Promise((resolve) => {
            whenDrained.add(resolve)
          }),
  }
}
