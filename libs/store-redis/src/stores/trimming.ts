import { entryOverheadBytes } from '@mcp/session-manager'

import type { Backend } from '../backend.ts'
import { textsOf } from '../results.ts'
import { trimEvents } from '../scripts/event-scripts.ts'
import { removeInteraction } from '../scripts/interaction-scripts.ts'
import { trimResponses } from '../scripts/response-scripts.ts'
import { pruneEnded } from '../scripts/session-scripts.ts'

const batchSize = 20

/**
 * Creates the functions that find and delete outdated responses, events, interactions and records of ended
 * sessions. `until` is the time up to which entries are deleted; `''` evicts the oldest entry.
 */
export function createTrimming({ connection, keys, limits }: Backend) {
  async function due(queue: string, max: number): Promise<readonly string[]> {
    const range = ['-inf', max, 'LIMIT', 0, batchSize]
    return textsOf(await connection.call('ZRANGEBYSCORE', queue, ...range))
  }

  async function dueInShards(
    queue: 'expiry' | 'responseQueue' | 'eventQueue' | 'interactionQueue',
    max: number,
  ): Promise<readonly string[]> {
    const found = await Promise.all(
      keys.shards.map((shard) => due(keys.shardKeys(shard)[queue], max)),
    )
    return found.flat()
  }

  async function trimResponsesOf(id: string, until: number | ''): Promise<void> {
    const k = keys.sessionKeys(id)
    const names = [k.session, k.responses, k.order, k.evicted, k.responseQueue, k.responseBytes]
    await connection.run(trimResponses, names, [id, until, entryOverheadBytes])
  }

  async function trimEventsOf(id: string, until: number | ''): Promise<void> {
    const k = id === '' ? keys.broadcasts : keys.sessionKeys(id)
    const names = [k.session, k.events, k.eventIds, k.eventQueue, k.eventBytes]
    await connection.run(trimEvents, names, [id, until, entryOverheadBytes])
  }

  async function removeInteractionOf(member: string): Promise<void> {
    const [id = '', interactionId = ''] = member.split('\n')
    const k = keys.sessionKeys(id)
    const names = [k.interactions, k.resolved, k.interactionQueue]
    await connection.run(removeInteraction, names, [id, interactionId])
  }

  /**
   * Deletes a batch of outdated entries. Returns the number of logs that were trimmed, and of interactions and
   * ended sessions that were deleted: 0 if nothing is outdated.
   */
  async function prune(at: number): Promise<number> {
    const { responseTtlMs, eventTtlMs, endedSessionTtlMs } = limits
    const [responses, events, broadcasts, interactions, ended] = await Promise.all([
      // A score is the time × 4096 plus a counter, so this is the last score of the time.
      dueInShards('responseQueue', (at - responseTtlMs) * 4096 + 4095),
      dueInShards('eventQueue', at - eventTtlMs),
      due(keys.broadcasts.eventQueue, at - eventTtlMs),
      dueInShards('interactionQueue', at - responseTtlMs),
      connection.run(pruneEnded, [keys.ended, keys.endedTimes], [at - endedSessionTtlMs]),
    ])
    await Promise.all([
      ...responses.map((id) => trimResponsesOf(id, at - responseTtlMs)),
      ...[...events, ...broadcasts].map((id) => trimEventsOf(id, at - eventTtlMs)),
      ...interactions.map((member) => removeInteractionOf(member)),
    ])
    const logs = responses.length + events.length + broadcasts.length
    return logs + interactions.length + Number(ended)
  }

  return { dueInShards, trimResponsesOf, trimEventsOf, prune }
}
