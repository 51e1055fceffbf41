import type { Clock } from '@mcp/protocol'

/** Heartbeats of any number of streams, spread evenly over time. */
export interface Heartbeats {
  /** Calls `beat` every 15 seconds until the returned function is called. */
  add(beat: () => void): () => void
}

const periodSeconds = 15

/**
 * Creates a timer wheel for the heartbeats of one process. One timer serves all streams, each second
 * a fifteenth of them, so that thousands of streams do not write at the same moment. Without streams
 * there is no timer.
 */
export function createHeartbeats(clock: Clock): Heartbeats {
  const wheel = Array.from({ length: periodSeconds }, () => new Set<() => void>())
  let second = 0
  let streams = 0
  let stop = (): void => {}

  function tick(): void {
    second = (second + 1) % periodSeconds
    for (const beat of wheel[second] ?? []) beat()
  }

  return {
    add(beat) {
      if (streams++ === 0) stop = clock.every(1000, tick)
      // The set that was served last is the furthest from its next turn.
      const set = wheel[second]
      set?.add(beat)
      return () => {
        if (set?.delete(beat) === true && --streams === 0) stop()
      }
    },
  }
}
