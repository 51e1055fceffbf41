import { isResolution } from '../interaction-store.ts'
import type { InteractionStore } from '../interaction-store.ts'
import { createInteractionRegistry } from './interaction-registry.ts'
import type { MemoryState } from './session-records.ts'

export function createMemoryInteractionStore(state: MemoryState): InteractionStore {
  const { index, prunable, signals, limits } = state
  return {
    add(sessionId, interaction) {
      const record = index.get(sessionId)
      if (record === undefined) return
      record.interactions ??= createInteractionRegistry(limits)
      record.interactions.add(interaction)
      prunable.add(record)
    },
    resolve(sessionId, interactionId, resolution) {
      const registry = index.get(sessionId)?.interactions
      const resolved = registry?.resolve(interactionId, resolution)
      if (resolved !== undefined && !isResolution(resolved)) {
        void signals.publish({ type: 'resolved', sessionId, interactionId, resolution })
      }
      return resolved
    },
    read: (sessionId, interactionId) => index.get(sessionId)?.interactions?.read(interactionId),
  }
}
