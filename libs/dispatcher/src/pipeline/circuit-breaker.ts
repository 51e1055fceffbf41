import type { Clock } from '@mcp/protocol'

import type { Call } from '../calls/call.ts'
import { holdCall } from '../calls/call.ts'

export interface BreakerOptions {
  /** After how many transport faults in a row a replica is left alone. Default: 5. */
  readonly faults?: number | undefined
  /** How long it is left alone before one request probes it, in milliseconds. Default: 200. */
  readonly probeAfterMs?: number | undefined
}

export interface CircuitBreaker {
  readonly isClosed: boolean
  /**
   * `true`: go, and report what came of it. A promise: wait for the next probe, and whether to go
   * then. Waiting at most {@link BreakerOptions.probeAfterMs} and one probe, nobody is refused for
   * a server that is back.
   */
  admit(call: Call): boolean | Promise<boolean>
  /** The server answered, or gave another sign of life. */
  succeeded(): void
  /** The connection failed. */
  failed(): void
}

/**
 * Keeps requests from a replica whose connection fails. Not `cockatiel`'s, although 0.16 µs a call
 * would do: it reads the system clock, counts an abandoned probe as a success, lets those behind a
 * probe wait past their deadline, and cannot be told that the server is back.
 */
export function createCircuitBreaker(clock: Clock, options: BreakerOptions = {}): CircuitBreaker {
  const { faults = 5, probeAfterMs = 200 } = options
  const waiting = new Set<(goes: boolean) => void>()
  let state: 'closed' | 'open' | 'probing' = 'closed'
  let inARow = 0
  let probeAt = 0
  let probing: Call | undefined
  let stop: (() => void) | undefined

  function settleAll(goes: boolean): void {
    const everybody = [...waiting]
    waiting.clear()
    for (const settle of everybody) settle(goes)
  }

  function armTimer(): void {
    stop ??= clock.after(Math.max(0, probeAt - clock.now()), () => {
      stop = undefined
      letOneProbe()
    })
  }

  function letOneProbe(): void {
    if (state !== 'open') return
    const [first] = waiting
    if (first === undefined) return
    waiting.delete(first)
    first(true)
  }

  function beginProbe(call: Call): void {
    state = 'probing'
    probing = call
    holdCall(call, () => {
      if (state !== 'probing' || probing !== call) return
      // It ended without a result: whoever waits next probes in its place.
      state = 'open'
      letOneProbe()
    })
  }

  function open(): void {
    state = 'open'
    probeAt = clock.now() + probeAfterMs
    settleAll(false)
  }

  return {
    get isClosed() {
      return state === 'closed'
    },
    admit(call) {
      if (state === 'closed') return true
      if (state === 'open' && clock.now() >= probeAt) {
        beginProbe(call)
        return true
      }
      return new Promise((resolve) => {
        const settle = (goes: boolean): void => {
          if (goes && state === 'open') beginProbe(call)
          resolve(goes)
        }
        waiting.add(settle)
        holdCall(call, () => {
          waiting.delete(settle)
          resolve(false)
        })
        if (state === 'open') armTimer()
      })
    },
    succeeded() {
      inARow = 0
      if (state === 'closed') return
      state = 'closed'
      stop?.()
      stop = undefined
      settleAll(true)
    },
    failed() {
      inARow++
      if (state === 'probing' || (state === 'closed' && inARow >= faults)) open()
    },
  }
}
