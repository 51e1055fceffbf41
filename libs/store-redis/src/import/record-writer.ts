import { createHash } from 'node:crypto'

import type { StoreRecord } from '@mcp/session-manager'

import type { Backend } from '../backend.ts'
import {
  importEnded,
  importPlaces,
  importPositions,
  importSession,
} from '../scripts/import-scripts.ts'
import { createContentWriter } from './content-writer.ts'
import type { RecordOf } from './records-of-type.ts'
import { ofType } from './records-of-type.ts'

/** Creates the function that writes records. One script writes the contents of one session and type. */
export function createRecordWriter({ connection, keys }: Pick<Backend, 'connection' | 'keys'>) {
  const writeContents = createContentWriter({ connection, keys })
  let latest = 0

  async function writePositions(record: RecordOf<'positions'>): Promise<void> {
    const { skipped, trimmedTo } = record
    latest = record.latest
    const names = [keys.broadcasts.session, keys.skippedPositions]
    await connection.run(importPositions, names, [latest, trimmedTo, JSON.stringify(skipped)])
  }

  async function writePlaces(records: readonly RecordOf<'session'>[]): Promise<void> {
    if (records.length === 0) return
    const owners = records.map(({ session }) => keys.ownerOf(session.owner ?? ''))
    const args = records.flatMap(({ session: { id, metadata, owner = '' } }) => [
      id,
      Buffer.byteLength(metadata),
      owner,
    ])
    await connection.run(
      importPlaces,
      [keys.sessions, keys.metadataBytes, keys.serial, ...owners],
      args,
    )
  }

  async function writeSession(record: RecordOf<'session'>): Promise<void> {
    const { session, createdAfter, trimmedTo } = record
    const { id, owner, clientId, metadata, createdAt, ttlMs, lastActivity, servers } = session
    const k = keys.sessionKeys(id)
    const fields: Record<string, string | number> = { clientId, metadata, createdAt, ttlMs }
    if (owner !== undefined) fields['owner'] = owner
    for (const server of servers) fields[`server:${server}`] = 1
    // The version is a hash of the content, so that a repeated import writes the same version. A change gets a
    // new version instead.
    const content = Object.entries(fields).map(([name, value]) => `${name}=${value}`)
    content.sort()
    const version = createHash('sha256').update(JSON.stringify(content)).digest('base64url')
    Object.assign(fields, { since: createdAfter, n: latest, trimmed: trimmedTo, version })
    const args = [id, lastActivity + ttlMs, ...Object.entries(fields).flat()]
    await connection.run(importSession, [k.session, k.expiry], args)
  }

  async function writeEnded(records: readonly RecordOf<'ended-session'>[]): Promise<void> {
    if (records.length === 0) return
    const args = records.flatMap(({ sessionId, ended, at }) => [
      sessionId,
      JSON.stringify(ended),
      at,
    ])
    await connection.run(importEnded, [keys.ended, keys.endedTimes], args)
  }

  /** Writes the records of one session, or the broadcasts. Writes the session before its contents. */
  async function writeOfSession(records: readonly StoreRecord[]): Promise<void> {
    for (const record of ofType(records, 'session')) await writeSession(record)
    await writeContents(records)
  }

  return async (records: readonly StoreRecord[]): Promise<void> => {
    for (const record of ofType(records, 'positions')) await writePositions(record)
    // Places come first: a place without a session is found and removed later, but a session without a place
    // would stay.
    await writePlaces(ofType(records, 'session'))
    const groups = Map.groupBy(records, sessionIdOf)
    groups.delete(undefined)
    await Promise.all(Array.from(groups.values(), writeOfSession))
    await writeEnded(ofType(records, 'ended-session'))
  }
}

/** Returns the session id of a record: '' for a broadcast, undefined for positions and ended sessions. */
function sessionIdOf(record: StoreRecord): string | undefined {
  switch (record.type) {
    case 'session':
      return record.session.id
    case 'positions':
    case 'ended-session':
      return undefined
    default:
      return record.sessionId ?? ''
  }
}
