import type { ServerResponse } from 'node:http'

/** The responses in flight. A shutdown waits for them. */
export interface InFlight {
  /** Whether each connection closes after its current response. */
  readonly isDraining: boolean
  add(response: ServerResponse): void
  delete(response: ServerResponse): void
  /** Makes each connection close after its current response. */
  drain(): void
  list(): ServerResponse[]
  /** Resolves as soon as no response is in flight. */
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
 * Creates an empty registry of responses. It is a linked list and not a Set: a growing Set discards
 * hash tables, and these keep finished responses alive until the next major GC.
 */
export function createInFlight(): InFlight {
  let first: Entry | undefined
  let resolveEmpty = (): void => {}
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
      if (first === undefined) resolveEmpty()
    },
    drain() {
      isDraining = true
      for (let entry = first; entry !== undefined; entry = entry.next) {
        entry.response.shouldKeepAlive = false
      }
    },
    list() {
      const responses: ServerResponse[] = []
      for (let entry = first; entry !== undefined; entry = entry.next)
        responses.push(entry.response)
      return responses
    },
    whenEmpty() {
      return new Promise((resolve) => {
        resolveEmpty = resolve
        if (first === undefined) resolve()
      })
    },
  }
}
