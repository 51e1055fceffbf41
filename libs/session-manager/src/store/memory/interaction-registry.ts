import type { Resolution, StoredInteraction } from '../store.ts'
import type { StoreLimits } from '../store-limits.ts'

/** What waits for a person in one session, and how the last of it ended. */
export interface InteractionBook {
  ask(interaction: StoredInteraction): void
  /** The interaction where this call resolved it, how it ended where another did. */
  resolve(
    id: string,
    action: Resolution['action'],
  ): StoredInteraction | Resolution['action'] | undefined
  /** Drops what ran out long ago. Whether anything is left. */
  prune(at: number): boolean
}

type Ended = Pick<StoredInteraction, 'expiresAt'> & Pick<Resolution, 'action'>

export function createInteractionBook(limits: StoreLimits): InteractionBook {
  const open = new Map<string, StoredInteraction>()
  // In the order they were resolved. What was asked is of no use any more.
  const ended = new Map<string, Ended>()

  function drop(map: Map<string, { readonly expiresAt: number }>, until: number): void {
    for (const [id, { expiresAt }] of map) if (expiresAt <= until) map.delete(id)
  }

  return {
    ask(interaction) {
      open.set(interaction.id, interaction)
    },
    resolve(id, action) {
      const interaction = open.get(id)
      if (interaction === undefined) return ended.get(id)?.action
      open.delete(id)
      ended.set(id, { action, expiresAt: interaction.expiresAt })
      for (const [oldest] of ended) {
        if (ended.size <= limits.interactions) break
        ended.delete(oldest)
      }
      return interaction
    },
    prune(at) {
      drop(open, at - limits.answersForMs)
      drop(ended, at - limits.answersForMs)
      return open.size + ended.size > 0
    },
  }
}
