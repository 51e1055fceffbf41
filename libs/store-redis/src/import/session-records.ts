import { entryOverheadBytes } from '@mcp/session-manager'
import type { RecordCounts } from '@mcp/session-manager'

import type { Backend } from '../backend.ts'
import { fieldsOf, listOf } from '../results.ts'
import { endSession } from '../scripts/session-scripts.ts'
import { createSessionPlaces } from '../stores/session-places.ts'

const scanCount = 200

/**
 * Yields the places of all sessions by session id, one page of a scan at a time. {@link createSessionPlaces}
 * describes a place. A scan may return the same session twice.
 */
async function* pagesOfPlaces({
  connection,
  keys,
}: Backend): AsyncGenerator<ReadonlyMap<string, string>> {
  let cursor = '0'
  do {
    const page = listOf(await connection.call('HSCAN', keys.sessions, cursor, 'COUNT', scanCount))
    cursor = String(page[0])
    yield fieldsOf(page[1])
  } while (cursor !== '0')
}

/** Counts the records of the session manager, without conversations and documents. */
export async function countRecords(backend: Backend): Promise<RecordCounts> {
  const { connection, keys } = backend
  const [ended, broadcasts] = await Promise.all([
    connection.call('HLEN', keys.ended),
    connection.call('XLEN', keys.broadcasts.events),
  ])
  const counts = { sessions: 0, responses: 0, events: Number(broadcasts), interactions: 0 }
  const counted = new Set<string>()
  for await (const page of pagesOfPlaces(backend)) {
    const ids = [...page.keys()].filter((id) => !counted.has(id))
    for (const id of ids) counted.add(id)
    for (const found of await Promise.all(ids.map((id) => countIn(backend, id)))) {
      counts.sessions += found.sessions
      counts.responses += found.responses
      counts.events += found.events
      counts.interactions += found.interactions
    }
  }
  return { ...counts, endedSessions: Number(ended) }
}

async function countIn({ connection, keys }: Backend, id: string) {
  const sessionKeys = keys.sessionKeys(id)
  const [session, responses, events, interactions] = await Promise.all([
    connection.call('EXISTS', sessionKeys.session),
    connection.call('HLEN', sessionKeys.responses),
    connection.call('XLEN', sessionKeys.events),
    connection.call('HLEN', sessionKeys.interactions),
  ])
  return {
    sessions: Number(session),
    responses: Number(responses),
    events: Number(events),
    interactions: Number(interactions),
  }
}

/**
 * Deletes all sessions and the other keys of the stores, except for leases, counters, conversations and
 * documents.
 */
export async function clearSessionStores(backend: Backend): Promise<void> {
  const { connection, keys } = backend
  const places = createSessionPlaces(backend)

  async function clearSession(id: string, place: string): Promise<void> {
    const k = keys.sessionKeys(id)
    const names = [k.session, k.expiry, k.responses, k.order, k.evicted, k.events, k.eventIds]
    names.push(k.interactions, k.resolved)
    names.push(k.responseQueue, k.responseBytes, k.eventQueue, k.eventBytes)
    const args = [id, '', keys.channel, 'closed', entryOverheadBytes]
    await connection.run(endSession, names, args)
    await places.release(id, places.parse(place).owner)
  }

  for await (const page of pagesOfPlaces(backend)) {
    await Promise.all([...page].map(([id, place]) => clearSession(id, place)))
  }
  const ofShards = keys.shards.map((shard) => Object.values(keys.shardKeys(shard)))
  await Promise.all(ofShards.map((names) => connection.call('DEL', ...names)))
  const { sessions, metadataBytes, serial, ended, endedTimes, secret } = keys
  const common = [sessions, metadataBytes, serial, ended, endedTimes, secret]
  common.push(keys.skippedPositions, keys.imported, ...Object.values(keys.broadcasts))
  await connection.call('DEL', ...common)
}
