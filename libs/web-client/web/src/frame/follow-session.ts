import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'

import { queryKeys } from '../data/queries.ts'
import { foldInteractions } from '../interactions/fold-interactions.ts'
import type { ShownInteraction } from '../interactions/read-interaction.ts'
import { useConnection, useStreamEntries } from '../stream/use-stream.ts'

/**
 * Keeps the data of the page up to date with the events of the service. Returns whether the data is out of
 * date: events are missing, and the page has not read all data again yet.
 */
export function useFollowSession(): boolean {
  const client = useQueryClient()
  const { state } = useConnection()
  const [isOutOfDate, setOutOfDate] = useState(false)
  const wasInterrupted = useRef(false)

  async function readAgain(): Promise<void> {
    setOutOfDate(true)
    await client.invalidateQueries()
    setOutOfDate(false)
  }

  useEffect(() => {
    if (state === 'live' && wasInterrupted.current) {
      // The stream repeats the events that were missed, but not each change has an event.
      void client.invalidateQueries()
    }
    wasInterrupted.current = state === 'reconnecting'
  }, [state, client])

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
        void readAgain()
    }
  })
  return isOutOfDate
}
