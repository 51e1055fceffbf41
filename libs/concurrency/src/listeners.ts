export type Listener<Event> = (event: Event) => void

/** A set of listeners for one kind of event. */
export interface Listeners<Event> {
  /** Adds a listener and returns the function that removes it. */
  add(listener: Listener<Event>): () => void
  /** Calls every listener, in the order in which they were added. */
  emit(event: Event): void
  readonly size: number
  clear(): void
}

export interface ListenersOptions {
  /**
   * Receives the error that a listener throws; the later listeners are still called. Default: `emit`
   * throws the error, and the later listeners are not called.
   */
  readonly onError?: ((error: unknown) => void) | undefined
}

/**
 * Creates an empty set of listeners. `nanoevents` is not used for two reasons: if a listener throws,
 * it never calls the later listeners, and it requires event names.
 */
export function createListeners<Event>({ onError }: ListenersOptions = {}): Listeners<Event> {
  const listeners = new Set<Listener<Event>>()

  return {
    add(listener) {
      // Each call creates a new wrapper, so a function that is added twice has two subscriptions.
      const entry: Listener<Event> = (event) => listener(event)
      listeners.add(entry)
      return () => {
        listeners.delete(entry)
      }
    },
    emit(event) {
      for (const listener of listeners) {
        if (onError === undefined) {
          listener(event)
          continue
        }
        try {
          listener(event)
        } catch (error) {
          onError(error)
        }
      }
    },
    get size() {
      return listeners.size
    },
    clear: () => listeners.clear(),
  }
}
