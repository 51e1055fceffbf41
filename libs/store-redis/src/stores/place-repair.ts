import type { EndReason } from '@mcp/session-manager'

import type { Backend } from '../backend.ts'
import { fieldsOf, listOf } from '../results.ts'
import { forgetBroadcasts, inspectSession } from '../scripts/session-scripts.ts'
import type { SessionPlaces } from './session-places.ts'

/** Approximate number of places that one sweep inspects. */
const batchSize = 50

type End = (id: string, reason: EndReason, at: number) => Promise<unknown>

/**
 * Creates the repair of the places. A session and its place are in different slots of a cluster, so no script
 * can change both. A session manager that is killed between the two changes leaves a place without a session.
 * Redis can also lose the keys of a session, in a failover or by an eviction. Each sweep inspects a few places,
 * so its cost does not depend on their number.
 */
export function createPlaceRepair({ connection, keys }: Backend, places: SessionPlaces, end: End) {
  let cursor = '0'

  async function repair(id: string, place: string, at: number): Promise<void> {
    const { session, expiry } = keys.sessionKeys(id)
    const { owner, createUntil } = places.parse(place)
    const args = [id, at, createUntil]
    if ((await connection.run(inspectSession, [session, expiry], args)) === 1) return
    await end(id, 'expired', at)
    await places.release(id, owner)
  }

  return async (at: number): Promise<void> => {
    const result = await connection.call('HSCAN', keys.sessions, cursor, 'COUNT', batchSize)
    const [next, found] = listOf(result)
    const isEmpty = cursor === '0' && listOf(found).length === 0
    cursor = String(next)
    await Promise.all([...fieldsOf(found)].map(([id, place]) => repair(id, place, at)))
    const { session, events } = keys.broadcasts
    if (!isEmpty) return
    const imported = [keys.skippedPositions, keys.imported]
    await connection.run(forgetBroadcasts, [keys.sessions, session, events, ...imported])
  }
}
