import { entryOverheadBytes, isResolution } from '@mcp/session-manager'
import type { StoreRecord } from '@mcp/session-manager'

import type { Backend } from '../backend.ts'
import { importEvents, importInteractions, importResponses } from '../scripts/import-scripts.ts'
import type { RecordOf } from './records-of-type.ts'
import { ofType } from './records-of-type.ts'

/** Creates the function that writes the responses, events and interactions of one session, or broadcasts. */
export function createContentWriter({ connection, keys }: Pick<Backend, 'connection' | 'keys'>) {
  let order = 0

  async function writeEvents(records: readonly RecordOf<'event'>[]): Promise<void> {
    const id = records[0]?.sessionId ?? ''
    const k = id === '' ? keys.broadcasts : keys.sessionKeys(id)
    const args = records.flatMap(({ position, event }) => [
      position,
      event.id,
      event.type,
      event.at,
      event.server ?? '',
      event.data,
    ])
    await connection.run(
      importEvents,
      [k.session, k.events, k.eventIds, k.eventQueue, k.eventBytes],
      [id, entryOverheadBytes, ...args],
    )
  }

  async function writeResponses(records: readonly RecordOf<'response'>[]): Promise<void> {
    const id = records[0]?.sessionId ?? ''
    const k = keys.sessionKeys(id)
    const args = records.flatMap(({ requestId, fingerprint, at, state, response }) => {
      order = (order + 1) % 4096
      const head = `${state.slice(0, 1)}|${fingerprint}|${at}|`
      const status = response === undefined ? '' : `${response.status}|`
      return [requestId, head + status, response?.body ?? '', at * 4096 + order]
    })
    await connection.run(
      importResponses,
      [k.session, k.responses, k.order, k.evicted, k.responseQueue, k.responseBytes],
      [id, entryOverheadBytes, ...args],
    )
  }

  async function writeInteractions(records: readonly RecordOf<'interaction'>[]): Promise<void> {
    const id = records[0]?.sessionId ?? ''
    const k = keys.sessionKeys(id)
    const args = records.flatMap(({ interactionId, content, expiresAt }) => [
      interactionId,
      (isResolution(content) ? 'r' : 'p') + JSON.stringify(content),
      expiresAt,
    ])
    await connection.run(
      importInteractions,
      [k.session, k.interactions, k.resolved, k.interactionQueue],
      [id, ...args],
    )
  }

  return async (records: readonly StoreRecord[]): Promise<void> => {
    const responses = ofType(records, 'response')
    const events = ofType(records, 'event')
    const interactions = ofType(records, 'interaction')
    await Promise.all([
      responses.length === 0 ? undefined : writeResponses(responses),
      events.length === 0 ? undefined : writeEvents(events),
      interactions.length === 0 ? undefined : writeInteractions(interactions),
    ])
  }
}
