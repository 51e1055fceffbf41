import { createListeners } from '@mcp/concurrency'
import type { Listener } from '@mcp/concurrency'
import type { RequestEvent } from '@mcp/protocol'

/** Progress and chunks of one request. The first subscriber also receives all earlier events. */
export interface RequestEvents {
  readonly emit: (event: RequestEvent) => void
  readonly subscribe: (listener: Listener<RequestEvent>) => () => void
}

export function createRequestEvents(): RequestEvents {
  const listeners = createListeners<RequestEvent>()
  let buffered: RequestEvent[] | undefined = []

  return {
    emit(event) {
      if (buffered === undefined) listeners.emit(event)
      else buffered.push(event)
    },
    subscribe(listener) {
      const unsubscribe = listeners.add(listener)
      const early = buffered ?? []
      buffered = undefined
      for (const event of early) listener(event)
      return unsubscribe
    },
  }
}
