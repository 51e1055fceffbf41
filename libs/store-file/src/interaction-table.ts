import type { Resolution, StoredInteraction } from '@mcp/session-manager'

import type { Database, Row } from './database.ts'
import { integer, optionalText, record, text } from './row.ts'

export interface InteractionTable {
  add(session: number, interaction: StoredInteraction): void
  /** The interaction where this call resolved it, how it ended where another did. */
  resolve(
    session: number,
    id: string,
    action: Resolution['action'],
  ): StoredInteraction | Resolution['action'] | undefined
  removeAll(session: number): void
}

const actions = ['accept', 'decline', 'cancel', 'expire'] as const

export function createInteractionTable(database: Database): InteractionTable {
  const insert = database.prepare(`
    INSERT INTO interactions (session, id, request_id, kind, message, schema, expires_at)
    VALUES (?, ?, ?, ?, ?, ?, ?)`)
  const select = database.prepare('SELECT * FROM interactions WHERE session = ? AND id = ?')
  const end = database.prepare('UPDATE interactions SET ended_by = ? WHERE session = ? AND id = ?')
  const remove = database.prepare('DELETE FROM interactions WHERE session = ?')

  return {
    add(session, { id, requestId, kind, message, schema, expiresAt }) {
      const shape = schema === undefined ? null : JSON.stringify(schema)
      insert.run(session, id, requestId, kind, message, shape, Math.round(expiresAt))
    },
    resolve(session, id, action) {
      const row = select.get(session, id)
      if (row === undefined) return undefined
      const before = optionalText(row, 'ended_by')
      if (before !== undefined) return actions.find((known) => known === before) ?? 'cancel'
      end.run(action, session, id)
      return toInteraction(row)
    },
    removeAll(session) {
      remove.run(session)
    },
  }
}

function toInteraction(row: Row): StoredInteraction {
  return {
    id: text(row, 'id'),
    requestId: text(row, 'request_id'),
    kind: text(row, 'kind'),
    message: text(row, 'message'),
    schema: row['schema'] === null ? undefined : record(row, 'schema'),
    expiresAt: integer(row, 'expires_at'),
  }
}
