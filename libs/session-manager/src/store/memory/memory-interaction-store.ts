import type { InteractionStore } from '../interaction-store.ts'
import type { SignalBus } from '../signal-bus.ts'
import type { StoreLimits } from '../store-limits.ts'
import { createInteractionRegistry } from './interaction-registry.ts'
import type { SessionRecords } from './session-records.ts'

export function createMemoryInteractionStore(
  records: SessionRecords,
  signals: SignalBus,
  limits: StoreLimits,
): InteractionStore {
  return {
    add(sessionId, interaction) {
      const record = records.get(sessionId)
      if (record === undefined) return
      record.interactions ??= createInteractionRegistry(limits)
      record.interactions.add(interaction)
      records.schedulePruning(record)
    },
    resolve(sessionId, interactionId, resolution) {
      const registry = records.get(sessionId)?.interactions
      const resolved = registry?.resolve(interactionId, resolution.action)
      if (typeof resolved === 'object') {
        void signals.publish({ type: 'resolved', sessionId, interactionId, resolution })
      }
      return resolved
    },
  }
}
