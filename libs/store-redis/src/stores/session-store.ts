import { McpError } from '@mcp/protocol'
import { entryOverheadBytes } from '@mcp/session-manager'
import type { EndReason, NewSession, SessionStore, StoredSession } from '@mcp/session-manager'

import type { Backend } from '../backend.ts'
import { listOf, toEnded, toSession } from '../results.ts'
import { addServer, createSession, endSession, readSession } from '../scripts/session-scripts.ts'
import { createSessionList } from './session-list.ts'
import { createSessionPlaces } from './session-places.ts'
import { createPlaceRepair } from './place-repair.ts'
import { createSweeper } from './sweeper.ts'

export function createRedisSessionStore(backend: Backend): SessionStore {
  const { connection, keys, touches, knownSessions } = backend
  const places = createSessionPlaces(backend)
  const runRead = connection.batch(readSession, [])

  async function readLive(id: string): Promise<StoredSession | undefined> {
    const known = knownSessions.get(id)
    const result = await runRead(keys.readKeys(id), [id, known?.version ?? ''])
    if (typeof result === 'string') {
      return touches.applyTo(knownSessions.read(id, known, undefined, result))
    }
    const [fields, expiry] = listOf(result)
    if (fields === undefined) {
      knownSessions.forget(id)
      return undefined
    }
    return touches.applyTo(knownSessions.read(id, undefined, fields, expiry))
  }

  async function end(
    id: string,
    reason: EndReason,
    at: number,
  ): Promise<StoredSession | undefined> {
    knownSessions.forget(id)
    const k = keys.sessionKeys(id)
    const names = [k.session, k.expiry, k.responses, k.order, k.evicted, k.events, k.eventIds]
    names.push(
      k.interactions,
      k.resolved,
      k.responseQueue,
      k.responseBytes,
      k.eventQueue,
      k.eventBytes,
    )
    const until = reason === 'expired' ? at : ''
    const args = [id, until, keys.channel, reason, entryOverheadBytes]
    const result = listOf(await connection.run(endSession, names, args))
    if (result.length === 0) return undefined
    const session = toSession(id, result[0], result[1])
    const { owner } = session
    await places.release(id, owner, { reason, at })
    return session
  }

  const repairPlaces = createPlaceRepair(backend, places, end)
  const sweep = createSweeper(backend, end, repairPlaces)

  return {
    async create(session) {
      const { since, createUntil } = await places.reserve(session)
      const { id, owner, createdAt, ttlMs } = session
      const { session: key, expiry } = keys.sessionKeys(id)
      const fields = formatFields(session, { since, version: knownSessions.nextVersion() })
      const args = [id, createdAt + ttlMs, createUntil, ...fields]
      try {
        if ((await connection.run(createSession, [key, expiry], args)) !== 1) throw createdTooLate()
      } catch (error) {
        await places.release(id, owner)
        throw error
      }
    },
    async read(id) {
      return (await readLive(id)) ?? toEnded(await connection.call('HGET', keys.ended, id))
    },
    list: createSessionList(backend, readLive),
    touch: (id, at) => touches.add(id, at),
    async addServer(id, server) {
      if (knownSessions.has(id, server)) return true
      const args = [server, knownSessions.nextVersion()]
      const isLive = (await connection.run(addServer, [keys.sessionKeys(id).session], args)) === 1
      if (isLive) knownSessions.add(id, server)
      else knownSessions.forget(id)
      return isLive
    },
    sweep,
    async end(id, reason, at) {
      if (reason === 'expired') await touches.flush()
      return end(id, reason, at)
    },
  }
}

/** Returns the fields of the hash of a new session, with their values. */
function formatFields(
  { owner, clientId, metadata, createdAt, ttlMs }: NewSession,
  further: Readonly<Record<string, string>>,
): readonly (string | number)[] {
  const fields = { clientId, metadata, createdAt, ttlMs, ...further }
  return Object.entries(owner === undefined ? fields : { ...fields, owner }).flat()
}

/** Returns the error for a session manager that was suspended for longer than its lease. */
function createdTooLate(): McpError {
  return new McpError('unavailable', 'The session was not created in time. Retry.', {
    retryable: true,
  })
}
