import { createSharedBudget } from '../store/memory/shared-budget.ts'
import type { NotificationFields } from './activity-records.ts'
import type { SessionActivity } from './session-activity.ts'
import { createSessionActivity } from './session-activity.ts'

/** The activity of each session of this process. */
export interface ActivityLogs {
  /** Returns the activity of a session. */
  of(sessionId: string): SessionActivity
  /** Copies into a log the broadcasts that it does not contain yet. */
  copyBroadcasts(log: SessionActivity): void
  /** Adds a notification to the activity of all sessions. Each log copies it when it is next used. */
  broadcast(fields: NotificationFields, at: number, content: unknown): Broadcast
  /** Releases the activity of a session. */
  end(sessionId: string): void
  /** Ids of the sessions with an activity in this process. */
  sessionIds(): Iterable<string>
}

/** A notification to all sessions. */
export interface Broadcast {
  readonly fields: NotificationFields
  readonly at: number
  /** The caller removes it once the logs with readers have copied it. */
  content: unknown
}

/** Maximum size of the entries of a session and their contents, in bytes. */
const maxBytes = 8 * 1024 * 1024
const maxPreviewLength = 4096
/** Maximum size of the activity of all sessions, in bytes. */
const maxTotalBytes = 64 * 1024 * 1024
const maxBroadcasts = 1000

export function createActivityLogs(maxEntries: number): ActivityLogs {
  const budget = createSharedBudget(maxTotalBytes)
  const logs = new Map<string, SessionActivity>()
  /** The last notifications to all sessions. A log copies them before its next entry is added or read. */
  const broadcasts: Broadcast[] = []
  let broadcastCount = 0

  function copyBroadcasts(log: SessionActivity): void {
    const missed = Math.min(broadcastCount - log.copiedBroadcasts, broadcasts.length)
    if (missed === 0) return
    log.copiedBroadcasts = broadcastCount
    for (const { fields, at, content } of broadcasts.slice(-missed)) {
      Object.assign(log.append(fields.kind, at, content), fields)
    }
  }

  return {
    of(sessionId) {
      let log = logs.get(sessionId)
      if (log === undefined) {
        const limits = { maxEntries, maxBytes, maxPreviewLength }
        log = createSessionActivity(limits, budget, broadcastCount)
        logs.set(sessionId, log)
      }
      copyBroadcasts(log)
      return log
    },
    copyBroadcasts,
    broadcast(fields, at, content) {
      const broadcast: Broadcast = { fields, at, content }
      broadcastCount++
      broadcasts.push(broadcast)
      if (broadcasts.length > maxBroadcasts) broadcasts.shift()
      return broadcast
    },
    end(sessionId) {
      logs.get(sessionId)?.end()
      logs.delete(sessionId)
    },
    sessionIds: () => logs.keys(),
  }
}
