import type { Clock } from '@mcp/protocol'

/** Heartbeats of any number of streams. */
export interface Heartbeats {
  /** Calls `beat` every 15 seconds until the returned function is called. */
  add(beat: () => void): () => void
}

const periodSeconds = 15

/**
 * Creates the heartbeats of one process. All streams share one timer, which runs only while there are streams.
 * Each second of the 15-second period has a set of streams, which the timer calls in that second. A new stream
 * joins the set of the current second. Therefore, streams that were opened in different seconds do not write at
 * the same moment.
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
      // The timer has just passed this set, so the first heartbeat follows in 14 to 15 seconds.
      const set = wheel[second]
      set?.add(beat)
      return () => {
        if (set?.delete(beat) === true && --streams === 0) stop()
      }
    },
  }
}
