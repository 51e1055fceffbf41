import type { Clock } from '@mcp/protocol'
import {
  countEventsOfPage,
  newEventsFrom,
  numberedPage,
  positionOfCursor,
} from '@mcp/session-manager'
import type { EventPage, NewEvent, NumberedEvent, StoreLimits } from '@mcp/session-manager'

import type { Database, Row } from '../file/database.ts'
import { createEventTallies } from './event-tallies.ts'
import { createEventTrimming } from './event-trimming.ts'
import { createPositions } from './positions.ts'
import { integer, optionalText, text } from '../file/row.ts'
import { broadcastLog } from '../file/schema.ts'
import type { MirroredState } from '../file/write-queue.ts'
import type { SessionEntry } from '../sessions/session-table.ts'

export interface EventTable {
  /** The counts that are held in memory. The write queue restores them if a transaction is rolled back. */
  readonly mirrors: readonly MirroredState[]
  /** Returns the latest position. */
  position(): number
  /** Returns the appended event, or `false` if the log contains it already. */
  append(session: number, event: NewEvent): NumberedEvent | false
  page(entry: SessionEntry, cursor: string | undefined, limit: number): EventPage
  /** Deletes some events of a session that has ended. Returns whether there are more. */
  removeSome(session: number): boolean
  /** Deletes some outdated events. Returns whether there are more. */
  prune(at: number): boolean
  /** Deletes some of the oldest events beyond the bound of all logs. Returns whether there are more. */
  evictBeyondTotal(): boolean
}

const batchSize = 50

export function createEventTable(
  database: Database,
  limits: StoreLimits,
  clock: Clock,
): EventTable {
  const statements = prepareStatements(database)
  const { insert, selectOwn, selectOwnSizes, selectBroadcasts, selectBroadcastSizes } = statements
  const tallies = createEventTallies(database)
  const trimming = createEventTrimming(database, tallies, limits)
  const positions = createPositions(database, clock)

  return {
    mirrors: [tallies, positions],
    position: () => positions.latest,
    append(session, event) {
      const { id, type, data, at, server } = event
      // The tally is loaded before the event is written. Otherwise, the event would be counted twice.
      tallies.of(session)
      const bytes = Buffer.byteLength(data)
      const added = insert.run(session, id, type, at, server ?? null, bytes, data)
      if (added.changes === 0) return false
      const position = added.insertedId
      positions.use(position)
      tallies.added(session, bytes)
      trimming.added(session)
      return { position, cursor: String(position), ...event }
    },
    page({ serial, session, createdAfter }, cursor, limit) {
      if (cursor === undefined) return newEventsFrom(positions.latest)
      const after = Math.min(positionOfCursor(cursor), Number.MAX_SAFE_INTEGER)
      const servers = JSON.stringify(session.servers)
      const afterBroadcast = Math.max(after, createdAfter)
      // The sizes are read first, so that no text is read that does not fit on the page.
      const sizes = [
        ...selectOwnSizes.all(serial, after, limit + 1),
        ...selectBroadcastSizes.all(afterBroadcast, servers, limit + 1),
      ].map(toSize)
      sizes.sort(byPosition)
      const count = Math.min(limit, countEventsOfPage(sizes))
      const end = sizes[count - 1]?.position ?? after
      const rows = [
        ...selectOwn.all(serial, after, end),
        ...selectBroadcasts.all(afterBroadcast, end, servers),
      ]
      const events = rows.map(toEvent).toSorted(byPosition)
      const own = tallies.of(serial).trimmedTo
      const broadcasts = tallies.of(broadcastLog).trimmedTo
      const trimmedTo = Math.max(
        own,
        broadcasts > createdAfter ? broadcasts : 0,
        positions.endOfJump(after),
      )
      const hasMore = sizes.length > count
      return numberedPage({ events, hasMore, after, position: positions.latest, trimmedTo })
    },
    removeSome(session) {
      const rows = statements.selectSome.all(session, batchSize)
      trimming.drop(rows)
      if (rows.length === batchSize) return true
      trimming.forget(session)
      return false
    },
    prune(at) {
      const rows = statements.selectHead.all(batchSize)
      const end = rows.findIndex((row) => integer(row, 'at') > at - limits.eventTtlMs)
      trimming.drop(end === -1 ? rows : rows.slice(0, end))
      return end === -1 && rows.length === batchSize
    },
    evictBeyondTotal: () => trimming.evictBeyondTotal(),
  }
}

/** Returns the position of an event, and its length in bytes. */
function toSize(row: Row) {
  return { position: integer(row, 'position'), length: integer(row, 'bytes') }
}

/** Compares two events by their positions. */
function byPosition(a: { readonly position: number }, b: { readonly position: number }): number {
  return a.position - b.position
}

/** Returns the event of a row. */
export function toEvent(row: Row): NumberedEvent {
  const position = integer(row, 'position')
  return {
    position,
    cursor: String(position),
    id: text(row, 'id'),
    type: text(row, 'type'),
    data: text(row, 'data'),
    at: integer(row, 'at'),
    server: optionalText(row, 'server'),
  }
}

function prepareStatements(database: Database) {
  return {
    insert: database.prepare(`
      INSERT OR IGNORE INTO events (session, id, type, at, server, bytes, data)
      VALUES (?, ?, ?, ?, ?, ?, ?)`),
    selectOwnSizes: database.prepare(
      'SELECT position, bytes FROM events WHERE session = ? AND position > ? ORDER BY position LIMIT ?',
    ),
    selectBroadcastSizes: database.prepare(`
      SELECT position, bytes FROM events WHERE session = ${broadcastLog} AND position > ?
        AND (server IS NULL OR server IN (SELECT value FROM json_each(?)))
      ORDER BY position LIMIT ?`),
    selectOwn: database.prepare(
      'SELECT * FROM events WHERE session = ? AND position > ? AND position <= ?',
    ),
    selectBroadcasts: database.prepare(`
      SELECT * FROM events WHERE session = ${broadcastLog} AND position > ? AND position <= ?
        AND (server IS NULL OR server IN (SELECT value FROM json_each(?)))`),
    selectSome: database.prepare(
      'SELECT position, session, bytes FROM events WHERE session = ? ORDER BY position LIMIT ?',
    ),
    selectHead: database.prepare(
      'SELECT position, session, bytes, at FROM events ORDER BY position LIMIT ?',
    ),
  }
}
