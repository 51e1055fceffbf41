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

/** Keeps count of answers. */
export function createInFlight(): InFlight {
  const responses = new Set<ServerResponse>()
  let tellEmpty = (): void => {}
  let isDraining = false

  return {
    get isDraining() {
      return isDraining
    },
    add(response) {
      if (isDraining) response.shouldKeepAlive = false
      responses.add(response)
    },
    delete(response) {
      responses.delete(response)
      if (responses.size === 0) tellEmpty()
    },
    drain() {
      isDraining = true
      for (const response of responses) response.shouldKeepAlive = false
    },
    whenEmpty() {
      return new Promise((resolve) => {
        tellEmpty = resolve
        if (responses.size === 0) resolve()
      })
    },
  }
}
