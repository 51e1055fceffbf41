import type { Clock } from '@mcp/protocol'

import type { Database } from '../file/database.ts'
import { integer } from '../file/row.ts'
import type { MirroredState } from '../file/write-queue.ts'

/** The positions of events. No position is used twice. */
export interface Positions extends MirroredState {
  readonly latest: number
  /** Records the position of an event that was appended. */
  use(position: number): void
  /**
   * Returns the end of the jump that contains a position, or 0. The file never had an event within a jump. A
   * reader with such a position has read events that a power failure or a restored backup has removed.
   */
  endOfJump(position: number): number
}

// Positions per millisecond of the clock. More than the number of events that can be appended in that time.
const positionsPerMs = 64
const maxJumps = 100

export const selectLastPosition = "SELECT seq FROM sqlite_sequence WHERE name = 'events'"
export const selectJumps = 'SELECT after, first FROM jumps ORDER BY after'

/** Returns the position of the first event that is appended after the file is opened now. */
export function firstAfter(last: number, clock: Clock): number {
  return Math.max(last, Math.floor(clock.now()) * positionsPerMs) + 1
}

/**
 * Creates the positions. The first one is greater than all positions that an earlier process used, even if the
 * file is older than its readers: after a power failure, or because it was restored from a backup.
 */
export function createPositions(database: Database, clock: Clock): Positions {
  const row = database.prepare(selectLastPosition).get()
  const last = row === undefined ? 0 : integer(row, 'seq')
  const first = firstAfter(last, clock)
  database.transaction(() => {
    database.prepare('INSERT OR REPLACE INTO jumps (after, first) VALUES (?, ?)').run(last, first)
    database
      .prepare(
        'DELETE FROM jumps WHERE after NOT IN (SELECT after FROM jumps ORDER BY after DESC LIMIT ?)',
      )
      .run(maxJumps)
    database.prepare("DELETE FROM sqlite_sequence WHERE name = 'events'").run()
    database.prepare("INSERT INTO sqlite_sequence (name, seq) VALUES ('events', ?)").run(first - 1)
  })
  const jumps = database.prepare(selectJumps).all()
  const ranges = jumps.map((jump) => ({
    after: integer(jump, 'after'),
    first: integer(jump, 'first'),
  }))
  let latest = first - 1
  let latestBefore = latest

  return {
    begin() {
      latestBefore = latest
    },
    rollback() {
      latest = latestBefore
    },
    get latest() {
      return latest
    },
    use(position) {
      latest = position
    },
    endOfJump(position) {
      const range = ranges.find((jump) => position > jump.after && position < jump.first - 1)
      return range === undefined ? 0 : range.first - 1
    },
  }
}
