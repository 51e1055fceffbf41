import type { Signal } from './store.ts'

/** The control channel of a store in one process. */
export interface Signals {
  readonly listen: (sessionId: string | undefined, listener: (signal: Signal) => void) => () => void
  readonly tell: (signal: Signal) => void
}

type Listener = (signal: Signal) => void

/** Makes one. A store that reaches other processes has to carry the signals there as well. */
export function createSignals(): Signals {
  const bySession = new Map<string | undefined, Set<Listener>>()

  return {
    listen(sessionId, listener) {
      // Wrapped, so that listening twice with one function makes two listeners.
      const entry: Listener = (signal) => listener(signal)
      const listeners = bySession.get(sessionId) ?? new Set()
      bySession.set(sessionId, listeners.add(entry))
      return () => {
        if (listeners.delete(entry) && listeners.size === 0) bySession.delete(sessionId)
      }
    },
    tell(signal) {
      const sessionId = signal.type === 'appended' ? signal.sessionId : undefined
      for (const listener of bySession.get(sessionId) ?? []) listener(signal)
    },
  }
}
