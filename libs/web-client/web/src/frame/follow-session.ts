import { useQueryClient } from '@tanstack/react-query'

import { queryKeys } from '../data/queries.ts'
import { foldInteractions } from '../interactions/fold-interactions.ts'
import type { ShownInteraction } from '../interactions/read-interaction.ts'
import { useStreamEntries } from '../stream/use-stream.ts'

/** Keeps what the page has read up to date with the events of the service. */
export function useFollowSession(): void {
  const client = useQueryClient()
  useStreamEntries((entry) => {
    if (entry.source === 'restart') {
      client.setQueryData(queryKeys.interactions, [])
      void client.invalidateQueries()
      return
    }
    if (entry.source === 'pending') {
      client.setQueryData(queryKeys.pending, entry.pending)
      return
    }
    if (entry.source !== 'session') return
    client.setQueryData(queryKeys.interactions, (waiting: readonly ShownInteraction[] = []) =>
      foldInteractions(waiting, entry.notification),
    )
    switch (entry.notification.type) {
      case 'catalogue-changed':
        void client.invalidateQueries({ queryKey: queryKeys.catalogue })
        return
      // Events are missing, so everything may have changed.
      case 'stream-gap':
      case 'server-restarted':
        void client.invalidateQueries()
    }
  })
}
