import type { RequestEvent } from '@mcp/protocol'

/** Hands on what a request tells before its answer; what comes before the first listener waits. */
export interface RequestEvents {
  readonly emit: (event: RequestEvent) => void
  readonly follow: (listener: (event: RequestEvent) => void) => () => void
}

export function createRequestEvents(): RequestEvents {
  const listeners = new Set<(event: RequestEvent) => void>()
  let early: RequestEvent[] | undefined = []

  return {
    emit(event) {
      if (early === undefined) for (const listener of listeners) listener(event)
      else early.push(event)
    },
    follow(listener) {
      const entry = (event: RequestEvent): void => listener(event)
      listeners.add(entry)
      const waiting = early ?? []
      early = undefined
      for (const event of waiting) entry(event)
      return () => {
        listeners.delete(entry)
      }
    },
  }
}
