import type { NotificationEnvelope } from '@mcp/protocol'

import type { ShownInteraction } from './read-interaction.ts'
import { readInteraction } from './read-interaction.ts'

type Notification = Pick<NotificationEnvelope, 'type' | 'data'>

/** Returns the interactions of a session that wait for the user, after a notification of the session. */
export function foldInteractions(
  waiting: readonly ShownInteraction[],
  { type, data }: Notification,
): readonly ShownInteraction[] {
  const { interactionId: id } = data
  switch (type) {
    case 'interaction-required':
    case 'interaction-resolved': {
      const others = waiting.filter(({ interactionId }) => interactionId !== id)
      if (type === 'interaction-required' && typeof id === 'string') {
        return [...others, readInteraction(id, data)]
      }
      return others.length === waiting.length ? waiting : others
    }
    case 'session-closed':
    case 'session-expired':
      return []
    default:
      return waiting
  }
}
