import { chain } from '@mcp/concurrency'
import { defaultTimeoutMs, McpError } from '@mcp/protocol'
import type { MaybePromise, OperationDescription, RequestEnvelope } from '@mcp/protocol'

import type { Answered } from './settled-response.ts'
import { answeredBefore } from './settled-response.ts'
import type { Core } from '../core.ts'
import { fingerprint } from './fingerprint.ts'
import type { Run } from './in-flight-requests.ts'
import type { Received, Runner } from './request-runner.ts'
import { outcomeUnknown } from './request-runner.ts'
import type { Sessions } from '../sessions/sessions.ts'
import { sessionNotFound } from '../sessions/session.ts'
import type { ClaimOutcome, StoredAnswer } from '../store/store.ts'
import { isLive } from '../store/store.ts'

/** A request that runs, or one that was answered before. */
export type Admitted = Pick<Run, 'answered' | 'waiting' | 'events'>

/** The answer, for each who asks. Never rejects. */
export function answerOf(admitted: Admitted): MaybePromise<Answered> {
  return (
    admitted.answered ??
    new Promise((resolve) => {
      admitted.waiting ??= []
      admitted.waiting.push(resolve)
    })
  )
}

/** Runs each request once. */
export interface Requests {
  /**
   * Begins a request, or joins it where it runs already, or finds its recorded answer.
   *
   * @throws McpError `session-not-found`, `conflict`, `unavailable`, …
   */
  admit(received: Received): MaybePromise<Admitted>
  /** Whether it was in flight here. */
  cancel(sessionId: string, requestId: string): boolean
  cancelAll(sessionId: string, error: McpError): void
  /** Waits until nothing is in flight, and ends what still is after that long. */
  finish(graceMs: number): Promise<void>
}

const pollMs = 50

export function createRequests(core: Core, sessions: Sessions, runner: Runner): Requests {
  const { dispatcher, store, clock, runs, metrics, onError } = core

  function recorded(answer: StoredAnswer): Admitted {
    metrics.count('mcp_requests_repeated_total')
    return { answered: answeredBefore(answer), waiting: undefined, events: undefined }
  }

  function join(run: Run, { sessionId, owner, request }: Received): Admitted {
    if (run.owner !== owner) throw sessionNotFound(sessionId, owner)
    if (!isSame(run.request, request)) throw otherRequest(request.id)
    metrics.count('mcp_requests_repeated_total')
    return run
  }

  function admit(received: Received, now: number, deadline: number): MaybePromise<Admitted> {
    const { sessionId, owner, request, hasId } = received
    const running = runs.find(sessionId, request.id)
    if (running !== undefined) return join(running, received)
    const operation = dispatcher.operationOf(request)
    if (hasId && operation?.hints.readOnly !== true) {
      return claim(received, operation, now, deadline)
    }
    return chain(store.read(sessionId), (found) => {
      if (!isLive(found)) throw sessionNotFound(sessionId, owner, found)
      sessions.admit(found, owner, now)
      // Another request of this id may have come by while a remote store was asked.
      const meanwhile = runs.find(sessionId, request.id)
      if (meanwhile !== undefined) return join(meanwhile, received)
      return runner.start(received, { operation, now, deadline, records: false })
    })
  }

  function claim(
    received: Received,
    operation: OperationDescription | undefined,
    now: number,
    deadline: number,
  ): MaybePromise<Admitted> {
    const { sessionId, owner, request } = received
    const mark = fingerprint(request.type, request.payload)
    const outcome = store.claim(sessionId, {
      requestId: request.id,
      fingerprint: mark,
      at: now,
      rerunLost: operation?.hints.idempotent === true,
    })
    return chain(outcome, (found) => {
      admitClaim(found, received, now)
      if (found.type === 'claimed') {
        return runner.start(received, { operation, now, deadline, records: true })
      }
      if (found.type === 'no-session') throw sessionNotFound(sessionId, owner, found.ended)
      if (found.type === 'evicted') throw evicted(request.id)
      if (found.fingerprint !== mark) throw otherRequest(request.id)
      if (found.type === 'answered') return recorded(found.answer)
      if (found.type === 'lost') throw outcomeUnknown()
      return waitForOther(received, deadline)
    })
  }

  function admitClaim(found: ClaimOutcome, received: Received, now: number): void {
    const { sessionId, owner, request } = received
    if (found.type === 'no-session') return
    try {
      sessions.admit(found.session, owner, now)
    } catch (error) {
      if (found.type === 'claimed') {
        Promise.resolve(store.settle(sessionId, request.id, now)).catch(onError)
      }
      throw error
    }
  }

  /** Asks again for a request that another replica runs. */
  async function waitForOther(received: Received, deadline: number): Promise<Admitted> {
    if (clock.now() >= deadline) {
      throw new McpError('timeout', 'Another replica still works on this request.', {
        retryable: true,
      })
    }
    await new Promise<void>((resolve) => {
      clock.after(pollMs, resolve)
    })
    return admit(received, clock.now(), deadline)
  }

  return {
    admit(received) {
      if (core.isClosing) throw closingDown()
      const { timeoutMs = defaultTimeoutMs } = received.request.metadata
      const now = clock.now()
      return admit(received, now, now + timeoutMs)
    },
    cancel(sessionId, requestId) {
      const run = runs.find(sessionId, requestId)
      if (run === undefined) return false
      runner.abort(run, new McpError('cancelled', 'The request was cancelled.'))
      return true
    },
    cancelAll(sessionId, error) {
      for (const run of runs.list(sessionId)) runner.abort(run, error)
    },
    finish: (graceMs) => runner.finish(graceMs, closingDown),
  }
}

function isSame(left: RequestEnvelope, right: RequestEnvelope): boolean {
  return (
    left.type === right.type &&
    fingerprint(left.type, left.payload) === fingerprint(right.type, right.payload)
  )
}

function closingDown(): McpError {
  return new McpError('unavailable', 'The session manager is shutting down.')
}

function otherRequest(requestId: string): McpError {
  return new McpError(
    'conflict',
    `The id "${requestId}" was used for a request with another type or payload. Use a new id for each request.`,
    { details: { reason: 'id-reused' } },
  )
}

function evicted(requestId: string): McpError {
  return new McpError(
    'conflict',
    `The request "${requestId}" was answered, and the answer is no longer kept. It was not run again.`,
    { details: { reason: 'answer-evicted' } },
  )
}
