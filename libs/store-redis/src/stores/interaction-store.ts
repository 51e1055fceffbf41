import { isResolution } from '@mcp/session-manager'
import type { InteractionStore, Resolution, StoredInteraction } from '@mcp/session-manager'

import type { Backend } from '../backend.ts'
import { addInteraction, resolveInteraction } from '../scripts/interaction-scripts.ts'

export function createRedisInteractionStore({
  connection,
  keys,
  limits,
}: Backend): InteractionStore {
  return {
    async add(sessionId, interaction) {
      const k = keys.sessionKeys(sessionId)
      const { id, expiresAt } = interaction
      const args = [sessionId, id, JSON.stringify(interaction), expiresAt]
      await connection.run(addInteraction, [k.session, k.interactions, k.interactionQueue], args)
    },
    async resolve(sessionId, interactionId, resolution) {
      const k = keys.sessionKeys(sessionId)
      const signal = { type: 'resolved', sessionId, interactionId, resolution }
      const names = [k.interactions, k.resolved, k.interactionQueue]
      const bounds = [limits.maxResolvedInteractions, keys.channel, JSON.stringify(signal)]
      const args = [sessionId, interactionId, JSON.stringify(resolution), ...bounds]
      return parse(await connection.run(resolveInteraction, names, args))
    },
    async read(sessionId, interactionId) {
      const { interactions } = keys.sessionKeys(sessionId)
      return parse(await connection.call('HGET', interactions, interactionId))
    },
  }
}

/** Parses an interaction or a resolution that the scripts of this store have written. */
function parse(result: unknown): StoredInteraction | Resolution | undefined {
  if (typeof result !== 'string') return undefined
  const stored: StoredInteraction | Resolution = JSON.parse(result.slice(1))
  return isResolution(stored) || 'id' in stored ? stored : undefined
}
