import type { ServerResponse } from 'node:http'

/** The answers that are under way, for a shutdown that loses none of them. */
export interface InFlight {
  /** Whether connections end after the answer they carry. */
  readonly isDraining: boolean
  add(response: ServerResponse): void
  delete(response: ServerResponse): void
  /** From now on each connection ends after the answer it carries. */
  drain(): void
  /** Resolves as soon as no answer is under way. */
  whenEmpty(): Promise<void>
}

const links = Symbol('in flight')

interface Entry {
  readonly response: ServerResponse
  previous: Entry | undefined
  next: Entry | undefined
}

interface Tracked extends ServerResponse {
  [links]?: Entry | undefined
}

/**
 * Keeps the answers under way. Linked by hand: the tables that a Set leaves behind as it turns over
 * keep dead answers, and all they hold, alive until the next full collection.
 */
export function createInFlight(): InFlight {
  let first: Entry | undefined
  let tellEmpty = (): void => {}
  let isDraining = false

  return {
    get isDraining() {
      return isDraining
    },
    add(response) {
      if (isDraining) response.shouldKeepAlive = false
      const tracked: Tracked = response
      if (tracked[links] !== undefined) return
      const entry: Entry = { response, previous: undefined, next: first }
      if (first !== undefined) first.previous = entry
      first = entry
      tracked[links] = entry
    },
    delete(response) {
      const tracked: Tracked = response
      const entry = tracked[links]
      if (entry === undefined) return
      tracked[links] = undefined
      const { previous, next } = entry
      if (previous === undefined) first = next
      else previous.next = next
      if (next !== undefined) next.previous = previous
      if (first === undefined) tellEmpty()
    },
    drain() {
      isDraining = true
      for (let entry = first; entry !== undefined; entry = entry.next) {
        entry.response.shouldKeepAlive = false
      }
    },
    whenEmpty() {
      return new Promise((resolve) => {
        tellEmpty = resolve
        if (first === undefined) resolve()
      })
    },
  }
}
