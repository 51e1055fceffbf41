import type { Clock } from '@mcp/protocol'

/** Calls each of many streams once in a while, a few in each second rather than all at once. */
export interface Heartbeats {
  /** Calls `beat` every fifteen seconds until the returned function is called. */
  add(beat: () => void): () => void
  stop(): void
}

const slots = 15

export function createHeartbeats(clock: Clock): Heartbeats {
  const wheel = Array.from({ length: slots }, () => new Set<() => void>())
  let second = 0
  const stop = clock.every(1000, () => {
    second = (second + 1) % slots
    for (const beat of wheel[second] ?? []) beat()
  })

  return {
    add(beat) {
      // The slot that was just served: its next turn is the furthest away.
      const slot = wheel[second]
      slot?.add(beat)
      return () => {
        slot?.delete(beat)
      }
    },
    stop,
  }
}
