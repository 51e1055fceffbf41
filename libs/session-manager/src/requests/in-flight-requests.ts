import type { OperationDescription, RequestEnvelope } from '@mcp/protocol'

import type { Answered } from './settled-response.ts'
import type { RequestEvents } from './request-events.ts'

/** One request in flight in this process. Plain data: making functions for each costs more. */
export interface Run {
  readonly sessionId: string
  readonly owner: string | undefined
  readonly request: RequestEnvelope
  readonly operation: OperationDescription | undefined
  /** Whether its answer is recorded. */
  readonly records: boolean
  /** Fires the server's signal. */
  readonly abort: AbortController
  /** Progress and chunks, where somebody waits for them. */
  readonly events: RequestEvents | undefined
  /** The answer, once it is there. */
  answered: Answered | undefined
  /** Those who wait for it; made when one does, since most answers are there at once. */
  waiting: ((answer: Answered) => void)[] | undefined
  isDone: boolean
  /** The table's own. */
  next: Run | undefined
}

/** The requests in flight in this process, by session and id. */
export interface RunTable {
  find(sessionId: string, requestId: string): Run | undefined
  add(run: Run): void
  remove(run: Run): void
  /** The runs of one session, or of all. */
  list(sessionId?: string): Run[]
  hasSession(sessionId: string): boolean
  readonly size: number
}

const slots = 1024

/**
 * A hash table by hand. A Map that turns over with every request leaves tables behind, each of which
 * keeps the next alive until the next full collection; under load that cost more than the request.
 */
export function createRunTable(): RunTable {
  const heads = Array.from<Run | undefined>({ length: slots }).fill(undefined)
  let size = 0

  function list(sessionId?: string): Run[] {
    const found: Run[] = []
    for (const head of heads) {
      for (let run = head; run !== undefined; run = run.next) {
        if (sessionId === undefined || run.sessionId === sessionId) found.push(run)
      }
    }
    return found
  }

  return {
    find(sessionId, requestId) {
      let run = heads[slotOf(sessionId, requestId)]
      while (run !== undefined) {
        if (run.request.id === requestId && run.sessionId === sessionId) return run
        run = run.next
      }
      return undefined
    },
    add(run) {
      const slot = slotOf(run.sessionId, run.request.id)
      run.next = heads[slot]
      heads[slot] = run
      size++
    },
    remove(run) {
      const slot = slotOf(run.sessionId, run.request.id)
      if (heads[slot] === run) heads[slot] = run.next
      else {
        let before = heads[slot]
        while (before !== undefined && before.next !== run) before = before.next
        if (before === undefined) return
        before.next = run.next
      }
      run.next = undefined
      size--
    },
    list,
    hasSession: (sessionId) => size > 0 && list(sessionId).length > 0,
    get size() {
      return size
    },
  }
}

// Ids differ most at their ends.
function slotOf(sessionId: string, requestId: string): number {
  let hash = 0
  for (let index = Math.max(0, requestId.length - 6); index < requestId.length; index++) {
    hash = Math.imul(hash, 31) + requestId.charCodeAt(index)
  }
  for (let index = Math.max(0, sessionId.length - 3); index < sessionId.length; index++) {
    hash = Math.imul(hash, 31) + sessionId.charCodeAt(index)
  }
  return (hash ^ (hash >>> 10)) & (slots - 1)
}
