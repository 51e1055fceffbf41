import { createHash } from 'node:crypto'

import { systemClock } from '@mcp/protocol'
import type { Clock } from '@mcp/protocol'
import type { StoreExport, StoreRecord } from '@mcp/session-manager'

import { toEvent } from '../events/event-table.ts'
import { firstAfter, selectJumps, selectLastPosition } from '../events/positions.ts'
import type { Row } from '../file/database.ts'
import { integer, text } from '../file/row.ts'
import { broadcastLog, sessionFormat } from '../file/schema.ts'
import { toContent } from '../interaction-table.ts'
import { sessionColumns, toEnded, toSession } from '../sessions/session-table.ts'
import type { ReadOnlyFile } from './open-read-only.ts'
import { openReadOnly } from './open-read-only.ts'

export interface FileExportOptions {
  /**
   * Receives a warning for each value that is dropped because it is unreadable. Default: warnings are ignored.
   */
  readonly onError?: ((error: unknown) => void) | undefined
  /** Replaces the system clock in tests. */
  readonly clock?: Clock | undefined
}

/**
 * Opens the records in the file of a session manager that has stopped, in this and every earlier format.
 * Locks the file until it is closed, and does not change it.
 *
 * @example
 * const source = openFileExport('./sessions.db')
 * await moveStores({ source, target: await createRedisStores(url), signal })
 *
 * @throws McpError if the file is missing, damaged, or in use.
 */
export function openFileExport(file: string, options: FileExportOptions = {}): StoreExport {
  const { onError = () => {}, clock = systemClock } = options
  const source = openReadOnly(file, sessionFormat)
  return {
    id: idOf(source),
    *records() {
      yield positionsOf(source, clock)
      for (const row of source.rows(`SELECT ${sessionColumns} FROM sessions ORDER BY serial`)) {
        yield* recordsOfSession(source, row, onError)
      }
      yield* eventsOf(source, broadcastLog, undefined)
      for (const row of source.rows('SELECT * FROM ended_sessions ORDER BY serial')) {
        const [sessionId, at] = [text(row, 'id'), integer(row, 'at')]
        yield { type: 'ended-session', sessionId, ended: toEnded(row), at }
      }
    },
    close: () => source.close(),
  }
}

/**
 * Returns a hash of the values that change when a session manager opens the file, or adds sessions or events.
 */
function idOf(source: ReadOnlyFile): string {
  const hash = createHash('sha256')
  hash.update(JSON.stringify([source.get(selectLastPosition), ...source.rows(selectJumps)]))
  for (const row of source.rows('SELECT id FROM sessions ORDER BY serial')) {
    hash.update(text(row, 'id'))
  }
  return hash.digest('base64url')
}

/**
 * Returns the positions that a session manager would use after it opened the file. They skip a range, because a
 * reader may be ahead of the file after a power failure.
 */
function positionsOf(source: ReadOnlyFile, clock: Clock): StoreRecord {
  const row = source.get(selectLastPosition)
  const last = row === undefined ? 0 : integer(row, 'seq')
  const first = firstAfter(last, clock)
  const skipped = Array.from(source.rows(selectJumps), (jump) => ({
    after: integer(jump, 'after'),
    before: integer(jump, 'first'),
  }))
  return {
    type: 'positions',
    latest: first - 1,
    skipped: [...skipped, { after: last, before: first }],
    trimmedTo: trimmedTo(source, broadcastLog),
  }
}

function trimmedTo(source: ReadOnlyFile, session: number): number {
  const row = source.get('SELECT trimmed_to FROM trimmed_logs WHERE session = ?', session)
  return row === undefined ? 0 : integer(row, 'trimmed_to')
}

function* recordsOfSession(
  source: ReadOnlyFile,
  row: Row,
  onError: (error: unknown) => void,
): Generator<StoreRecord> {
  const serial = integer(row, 'serial')
  const session = toSession(row, onError)
  const { id: sessionId } = session
  const createdAfter = integer(row, 'begins_after')
  yield { type: 'session', session, createdAfter, trimmedTo: trimmedTo(source, serial) }
  const responses = 'SELECT * FROM responses WHERE session = ? ORDER BY serial'
  for (const response of source.rows(responses, serial)) yield toResponse(response, sessionId)
  yield* eventsOf(source, serial, sessionId)
  // In the order in which they were resolved.
  const interactions = 'SELECT * FROM interactions WHERE session = ? ORDER BY ended_serial, id'
  for (const interaction of source.rows(interactions, serial)) {
    yield {
      type: 'interaction',
      sessionId,
      interactionId: text(interaction, 'id'),
      expiresAt: integer(interaction, 'expires_at'),
      content: toContent(interaction),
    }
  }
}

function toResponse(row: Row, sessionId: string): StoreRecord {
  const known = {
    type: 'response',
    sessionId,
    requestId: text(row, 'request_id'),
    fingerprint: integer(row, 'fingerprint'),
    at: integer(row, 'at'),
  } as const
  switch (text(row, 'state')) {
    case 'settled': {
      const response = { status: integer(row, 'status'), body: text(row, 'body') }
      return { ...known, state: 'settled', response }
    }
    case 'evicted':
      return { ...known, state: 'evicted' }
    default:
      // The process that claimed it has ended.
      return { ...known, state: 'lost' }
  }
}

function* eventsOf(
  source: ReadOnlyFile,
  session: number,
  sessionId: string | undefined,
): Generator<StoreRecord> {
  const events = 'SELECT * FROM events WHERE session = ? ORDER BY position'
  for (const row of source.rows(events, session)) {
    const { position, cursor: _cursor, ...event } = toEvent(row)
    yield { type: 'event', sessionId, position, event }
  }
}
