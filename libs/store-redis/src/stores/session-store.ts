import { McpError } from '@mcp/protocol'
import { entryOverheadBytes } from '@mcp/session-manager'
import type { EndReason, SessionStore, StoredSession } from '@mcp/session-manager'

import type { Backend } from '../backend.ts'
import { listOf, toEnded, toSession } from '../results.ts'
import { addServer, createSession, endSession, readSession } from '../scripts/session-scripts.ts'
import { createSessionList } from './session-list.ts'
import { createSessionPlaces } from './session-places.ts'
import { createPlaceRepair } from './place-repair.ts'
import { createSweeper } from './sweeper.ts'

export function createRedisSessionStore(backend: Backend): SessionStore {
  const { connection, keys, touches, knownServers } = backend
  const places = createSessionPlaces(backend)

  async function readLive(id: string): Promise<StoredSession | undefined> {
    const { session: key, expiry } = keys.sessionKeys(id)
    const result = listOf(await connection.run(readSession, [key, expiry], [id]))
    if (result.length === 0) {
      knownServers.forget(id)
      return undefined
    }
    const session = toSession(id, result[0], result[1])
    knownServers.read(id, session.servers)
    return touches.applyTo(session)
  }

  async function end(
    id: string,
    reason: EndReason,
    at: number,
  ): Promise<StoredSession | undefined> {
    knownServers.forget(id)
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
      const { id, owner, createdAt, ttlMs, clientId, metadata } = session
      const { session: key, expiry } = keys.sessionKeys(id)
      const fields = [
        'clientId',
        clientId,
        'metadata',
        metadata,
        'createdAt',
        createdAt,
        'ttlMs',
        ttlMs,
      ]
      if (owner !== undefined) fields.push('owner', owner)
      const args = [id, createdAt + ttlMs, createUntil, ...fields, 'since', since]
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
      if (knownServers.has(id, server)) return true
      const isLive =
        (await connection.run(addServer, [keys.sessionKeys(id).session], [server])) === 1
      if (isLive) knownServers.add(id, server)
      else knownServers.forget(id)
      return isLive
    },
    sweep,
    async end(id, reason, at) {
      if (reason === 'expired') await touches.flush()
      return end(id, reason, at)
    },
  }
}

/** Returns the error for a session manager that was suspended for longer than its lease. */
function createdTooLate(): McpError {
  return new McpError('unavailable', 'The session was not created in time. Retry.', {
    retryable: true,
  })
}
