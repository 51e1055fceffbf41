import type { SessionIndex } from '@mcp/session-manager'

import type { SessionEntry, SessionTable } from './session-table.ts'
import { take } from './take.ts'

/** The activity of sessions, which is recorded in memory and written to the file later. */
export interface Activity {
  touch(id: string, at: number): void
  /** Records a server that the session used. Returns whether the session is live. */
  addServer(id: string, server: string): boolean
  /** Drops the unwritten activity of a session that has ended. */
  forget(entry: SessionEntry): void
  /** Writes a batch of the due activity or, if `isComplete` is true, all activity. */
  flush(isComplete: boolean): void
}

const batchSize = 500
/**
 * Activity is due if it moves the expiry by more than this time, or by more than a tenth of the TTL. If it were
 * lost in a crash, the session would expire too early.
 */
const maxUnwrittenMs = 30_000

export function createActivity(index: SessionIndex<SessionEntry>, table: SessionTable): Activity {
  /** Sessions whose activity in memory is ahead of the file. */
  const touched = new Set<SessionEntry>()
  /** The touched sessions whose activity is due: it is written at the next flush. */
  const due = new Set<SessionEntry>()

  function forget(entry: SessionEntry): void {
    touched.delete(entry)
    due.delete(entry)
  }

  return {
    addServer(id, server) {
      const entry = index.addServer(id, server)
      if (entry === undefined) return false
      if (entry.session.servers === entry.writtenServers) return true
      touched.add(entry)
      due.add(entry)
      return true
    },
    touch(id, at) {
      const entry = index.touch(id, at)
      if (entry === undefined) return
      const { session, writtenActivity } = entry
      touched.add(entry)
      const unwrittenMs = session.lastActivity - writtenActivity
      if (unwrittenMs > Math.min(maxUnwrittenMs, session.ttlMs / 10)) due.add(entry)
    },
    forget,
    flush(isComplete) {
      const entries = isComplete ? [...touched] : take(due, batchSize)
      if (entries.length === 0) return
      table.update(entries)
      for (const entry of entries) forget(entry)
    },
  }
}
