import { useEffect, useEffectEvent, useSyncExternalStore } from 'react'

import { stream } from './browser-stream.ts'
import type { Connection } from './connection.ts'
import type { SharedEntry } from './shared-entry.ts'

export interface StreamDemand {
  /** Whether the entries of the activity are included. Default: false. */
  readonly activity?: boolean
  /** Ids of runs whose events are included. Default: none. */
  readonly runs?: readonly string[]
}

/** Calls a listener for each entry of the event stream of this browser. */
export function useStreamEntries(
  listener: (entry: SharedEntry) => void,
  { activity = false, runs = [] }: StreamDemand = {},
): void {
  const onEntry = useEffectEvent(listener)
  const runIds = runs.join()
  useEffect(() => {
    const demand = { activity, runs: runIds === '' ? [] : runIds.split(',') }
    return stream.subscribe((entry) => onEntry(entry), demand)
  }, [activity, runIds])
}

/** State of the event stream of this browser. */
export function useConnection(): Connection {
  return useSyncExternalStore(stream.onConnectionChange, stream.connection)
}
