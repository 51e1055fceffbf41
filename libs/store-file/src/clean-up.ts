import type { TimeSlice } from '@mcp/concurrency'

import type { Database } from './file/database.ts'
import type { EventTable } from './events/event-table.ts'
import { ignoreStoreFailure } from './file/ignore-store-failure.ts'
import type { InteractionTable } from './interaction-table.ts'
import type { ResponseTable } from './responses/response-table.ts'
import { integer } from './file/row.ts'
import type { SessionTable } from './sessions/session-table.ts'

export interface CleanUpOptions {
  readonly database: Database
  readonly sessions: SessionTable
  readonly responses: ResponseTable
  readonly events: EventTable
  readonly interactions: InteractionTable
  /** Schedules a checkpoint that shrinks the file to the pages in use. */
  readonly shrinkFile: () => void
}

/** A clean-up task. Does a part of its work and returns whether more remains. */
export type Task = (at: number) => boolean

// Number of free pages up to which the file is not shrunk. Free pages cost nothing, and later rows use them.
const minFreePages = 1000

/** Returns the tasks that delete outdated data, each in steps of at most a few milliseconds. */
export function createCleanUpTasks(options: CleanUpOptions): readonly Task[] {
  const { database, sessions, responses, events, interactions, shrinkFile } = options
  const selectLeftover = database.prepare('SELECT session FROM leftovers LIMIT 1')
  const removeLeftover = database.prepare('DELETE FROM leftovers WHERE session = ?')
  const freePages = database.prepare('PRAGMA freelist_count')
  const allPages = database.prepare('PRAGMA page_count')

  let isShrinking = false

  /** Deletes what belongs to sessions that have ended. */
  function removeLeftovers(): boolean {
    const row = selectLeftover.get()
    if (row === undefined) return false
    const session = integer(row, 'session')
    const tables = [responses, events, interactions]
    if (!tables.some((table) => table.removeSome(session))) removeLeftover.run(session)
    return true
  }

  /**
   * Returns free pages to the file system if there are more than `minFreePages` and they are at least a quarter
   * of all pages.
   */
  function shrink(): boolean {
    const free = integer(freePages.get() ?? {}, 'freelist_count')
    const all = integer(allPages.get() ?? {}, 'page_count')
    const isDone = free <= minFreePages || free * 4 < all
    if (!isDone) database.execute('PRAGMA incremental_vacuum(32)')
    // The file shrinks at the next checkpoint, which an idle store would not start by itself.
    else if (isShrinking) shrinkFile()
    isShrinking = !isDone
    return isShrinking
  }

  return [
    removeLeftovers,
    (at) => sessions.prune(at),
    (at) => responses.prune(at),
    () => responses.evictBeyondTotal(),
    (at) => events.prune(at),
    () => events.evictBeyondTotal(),
    (at) => interactions.prune(at),
    shrink,
  ]
}

/** Runs each task until it is done or the slice is over. Returns whether there is more to do. */
export function runTasks(
  tasks: readonly Task[],
  at: number,
  slice: Pick<TimeSlice, 'isOver'>,
): boolean {
  let hasMore = false
  for (const task of tasks) {
    if (slice.isOver()) return true
    // A damaged page must stop only the task that reads it.
    ignoreStoreFailure(() => {
      let isDone = false
      while (!isDone && !slice.isOver()) isDone = !task(at)
      hasMore ||= !isDone
    })
  }
  return hasMore
}
