import { isResolution } from '@mcp/session-manager'
import type { Resolution, StoredInteraction, StoreLimits } from '@mcp/session-manager'

import type { Database, Row } from './file/database.ts'
import { integer, optionalRecord, optionalText, text } from './file/row.ts'

export interface InteractionTable {
  add(session: number, interaction: StoredInteraction): void
  /**
   * Returns the interaction if this call resolved it, the resolution of an earlier call, or `undefined` if the
   * interaction is unknown.
   */
  resolve(
    session: number,
    id: string,
    resolution: Resolution,
  ): StoredInteraction | Resolution | undefined
  read(session: number, id: string): StoredInteraction | Resolution | undefined
  /** Deletes some interactions of a session that has ended. Returns whether there are more. */
  removeSome(session: number): boolean
  /** Deletes some interactions that expired long ago. Returns whether there are more. */
  prune(at: number): boolean
}

const batchSize = 100
const actions = ['accept', 'decline', 'cancel', 'expire'] as const

export function createInteractionTable(database: Database, limits: StoreLimits): InteractionTable {
  const insert = database.prepare(`
    INSERT INTO interactions (session, id, request_id, kind, message, schema, url, sampling, expires_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`)
  const select = database.prepare('SELECT * FROM interactions WHERE session = ? AND id = ?')
  const selectLast = database.prepare(`
    SELECT coalesce(max(ended_serial), 0) AS serial FROM interactions
    WHERE session = ? AND ended_serial IS NOT NULL`)
  const end = database.prepare(
    // After the end of an interaction, only its resolution is needed.
    `UPDATE interactions SET ended_by = ?, content = ?, ended_serial = ?, message = '', schema = NULL,
       url = NULL, sampling = NULL
     WHERE session = ? AND id = ?`,
  )
  const trim = database.prepare('DELETE FROM interactions WHERE session = ? AND ended_serial <= ?')
  const removeSome = database.prepare(`
    DELETE FROM interactions WHERE session = ? AND id IN
      (SELECT id FROM interactions WHERE session = ? LIMIT ${batchSize})`)
  const removeOld = database.prepare(`
    DELETE FROM interactions WHERE (session, id) IN
      (SELECT session, id FROM interactions WHERE expires_at <= ? LIMIT ${batchSize})`)

  function read(session: number, id: string): StoredInteraction | Resolution | undefined {
    const row = select.get(session, id)
    return row && toContent(row)
  }

  return {
    read,
    add(session, { id, requestId, kind, message, schema, url = null, sampling, expiresAt }) {
      const [schemaJson, samplingJson] = [toJson(schema), toJson(sampling)]
      const expiry = Math.round(expiresAt)
      insert.run(session, id, requestId, kind, message, schemaJson, url, samplingJson, expiry)
    },
    resolve(session, id, { action, content }) {
      const found = read(session, id)
      if (found === undefined || isResolution(found)) return found
      database.transaction(() => {
        const last = selectLast.get(session)
        const serial = last === undefined ? 1 : integer(last, 'serial') + 1
        end.run(action, toJson(content), serial, session, id)
        trim.run(session, serial - limits.maxResolvedInteractions)
      })
      return found
    },
    removeSome: (session) => removeSome.run(session, session).changes === batchSize,
    prune: (at) => removeOld.run(at - limits.responseTtlMs).changes === batchSize,
  }
}

function toJson(value: Readonly<Record<string, unknown>> | undefined): string | null {
  return value === undefined ? null : JSON.stringify(value)
}

/** Returns a pending interaction, or the resolution of one that was resolved. */
export function toContent(row: Row): StoredInteraction | Resolution {
  return toResolution(row) ?? toInteraction(row)
}

/** Returns the resolution of an interaction that was resolved. */
function toResolution(row: Row): Resolution | undefined {
  const endedBy = optionalText(row, 'ended_by')
  if (endedBy === undefined) return undefined
  const action = actions.find((known) => known === endedBy) ?? 'cancel'
  const content = optionalRecord(row, 'content')
  return content === undefined ? { action } : { action, content }
}

function toInteraction(row: Row): StoredInteraction {
  return {
    id: text(row, 'id'),
    requestId: text(row, 'request_id'),
    kind: text(row, 'kind'),
    message: text(row, 'message'),
    schema: optionalRecord(row, 'schema'),
    url: optionalText(row, 'url'),
    sampling: optionalRecord(row, 'sampling'),
    expiresAt: integer(row, 'expires_at'),
  }
}
