import type { McpError, RequestEnvelope, RequestEvent } from '@mcp/protocol'

import type { Answered } from './answered.ts'

/** One request in flight in this process. */
export interface Run {
  readonly request: RequestEnvelope
  readonly owner: string | undefined
  /** The answer, for everybody who asked. Never rejects. */
  readonly answer: Promise<Answered>
  /** Fires the server's signal, and answers everybody who waits with this error. */
  abort(error: McpError): void
  /** Hears progress and chunks, from the first that was not yet heard by anybody. */
  readonly follow: (listener: (event: RequestEvent) => void) => () => void
}

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
