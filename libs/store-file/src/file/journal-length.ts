import type { Clock } from '@mcp/protocol'

/** The length of the journal at which a checkpoint starts. */
export interface JournalLength {
  /** The length, in bytes. */
  readonly bytes: number
  /** Records that writes are suspended for a checkpoint. */
  suspended(): void
  /** Records that a checkpoint has ended, and makes the next ones rarer if it suspended writes for too long. */
  ended(): void
}

/**
 * Maximum share of the time for which checkpoints may suspend writes: at a steady load, one request in 250 then
 * waits for a checkpoint. Suspensions up to {@link longPauseMs} are always accepted.
 */
const maxSuspendedShare = 1 / 250
const longPauseMs = 20
/** Maximum growth of the journal, as a factor. */
const maxGrowth = 4

/** Creates the length, which starts at `minBytes`. It grows on a disk that takes long to flush. */
export function createJournalLength(minBytes: number, clock: Pick<Clock, 'now'>): JournalLength {
  let bytes = minBytes
  let suspendedAt: number | undefined
  let endedAt = clock.now()

  return {
    get bytes() {
      return bytes
    },
    suspended() {
      suspendedAt ??= clock.now()
    },
    ended() {
      const now = clock.now()
      const pausedMs = suspendedAt === undefined ? 0 : now - suspendedAt
      const isTooLong = pausedMs > longPauseMs && pausedMs > (now - endedAt) * maxSuspendedShare
      if (isTooLong) bytes = Math.min(2 * bytes, maxGrowth * minBytes)
      endedAt = now
      suspendedAt = undefined
    },
  }
}
