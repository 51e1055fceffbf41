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
   * Receives the error that a listener throws; the other listeners are still called. Default:
   * rethrow.
   */
  readonly onError?: ((error: unknown) => void) | undefined
}

/**
 * Creates an empty set of listeners. `nanoevents` is not used, because there a listener that throws
 * prevents the calls of later listeners, and emitters are keyed by event name.
 */
export function createListeners<Event>({ onError }: ListenersOptions = {}): Listeners<Event> {
  const listeners = new Set<Listener<Event>>()

  return {
    add(listener) {
      // With this wrapper, a function that is added twice has two subscriptions.
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
