import type { Resolution, StoredInteraction } from '../interaction-store.ts'
import type { StoreLimits } from '../store-limits.ts'

/** The pending and the recently resolved interactions of one session. */
export interface InteractionRegistry {
  add(interaction: StoredInteraction): void
  /**
   * Returns the interaction if this call resolved it, the resolution of an earlier call, or `undefined` if
   * the interaction is unknown.
   */
  resolve(id: string, resolution: Resolution): StoredInteraction | Resolution | undefined
  read(id: string): StoredInteraction | Resolution | undefined
  /** Drops interactions `responseTtlMs` after their expiry. Returns whether any interaction is left. */
  prune(at: number): boolean
}

type Resolved = Pick<StoredInteraction, 'expiresAt'> & { readonly resolution: Resolution }

export function createInteractionRegistry(limits: StoreLimits): InteractionRegistry {
  const pending = new Map<string, StoredInteraction>()
  // In the order of resolution.
  const resolved = new Map<string, Resolved>()

  function drop(map: Map<string, { readonly expiresAt: number }>, until: number): void {
    for (const [id, { expiresAt }] of map) if (expiresAt <= until) map.delete(id)
  }

  return {
    add(interaction) {
      pending.set(interaction.id, interaction)
    },
    read: (id) => pending.get(id) ?? resolved.get(id)?.resolution,
    resolve(id, resolution) {
      const interaction = pending.get(id)
      if (interaction === undefined) return resolved.get(id)?.resolution
      pending.delete(id)
      resolved.set(id, { resolution, expiresAt: interaction.expiresAt })
      for (const [oldest] of resolved) {
        if (resolved.size <= limits.maxResolvedInteractions) break
        resolved.delete(oldest)
      }
      return interaction
    },
    prune(at) {
      drop(pending, at - limits.responseTtlMs)
      drop(resolved, at - limits.responseTtlMs)
      return pending.size + resolved.size > 0
    },
  }
}
