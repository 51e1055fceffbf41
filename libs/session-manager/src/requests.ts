import { createResponse, defaultTimeoutMs, McpError } from '@mcp/protocol'
import type {
  InteractionAnswer,
  MaybePromise,
  OperationDescription,
  Question,
  RequestContext,
  RequestEnvelope,
  ResponseEnvelope,
} from '@mcp/protocol'

import type { Answered } from './answered.ts'
import { answeredBefore, answeredNow } from './answered.ts'
import { chain } from './chain.ts'
import type { Core } from './core.ts'
import { fingerprint } from './fingerprint.ts'
import type { Run } from './run.ts'
import { createRequestEvents } from './run.ts'
import type { Sessions } from './sessions.ts'
import { sessionNotFound } from './session.ts'
import type { ClaimOutcome, StoredAnswer } from './store.ts'
import { isLive } from './store.ts'

/** A request as it arrived. */
export interface Received {
  readonly sessionId: string
  readonly owner: string | undefined
  readonly request: RequestEnvelope
  /** Whether the caller chose the id. Without one, nobody can repeat the request. */
  readonly hasId: boolean
  /** The bytes it came as, where they hold the id as well. */
  readonly body?: Uint8Array | undefined
  /** Whether somebody waits for progress and chunks. */
  readonly streams?: boolean | undefined
}

/** A request that runs, or one that was answered before. */
export type Admitted = Pick<Run, 'answer' | 'follow'>

/** Puts a question of a running request to the session's owner. */
export type AskOwner = (asked: {
  readonly sessionId: string
  readonly requestId: string
  readonly question: Question
  readonly deadline: number
  readonly signal: AbortSignal
}) => Promise<InteractionAnswer>

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
  readonly running: number
}

const pollMs = 50
const neverFollows = (): (() => void) => () => {}

export function createRequests(core: Core, sessions: Sessions, ask: AskOwner): Requests {
  const { dispatcher, store, clock, presences, metrics, onError } = core
  let running = 0
  let onIdle = (): void => {}

  function recorded(answer: StoredAnswer): Admitted {
    metrics.count('mcp_requests_repeated_total')
    return { answer: Promise.resolve(answeredBefore(answer)), follow: neverFollows }
  }

  function join(run: Run, { sessionId, owner, request }: Received): Admitted {
    if (run.owner !== owner) throw sessionNotFound(sessionId, owner)
    if (!isSame(run.request, request)) throw otherRequest(request.id)
    metrics.count('mcp_requests_repeated_total')
    return run
  }

  /** Runs a request whose id is free. */
  function start(
    received: Received,
    operation: OperationDescription | undefined,
    now: number,
    deadline: number,
    records: boolean,
  ): Run {
    const { sessionId, owner, request } = received
    const abort = new AbortController()
    const events = received.streams === true ? createRequestEvents() : undefined
    let resolve: (answer: Answered) => void
    let isDone = false

    function finish(response: ResponseEnvelope): void {
      if (isDone) return
      isDone = true
      const answer = answeredNow(response, onError)
      metrics.count('mcp_requests_total', outcomeLabel(response))
      const at = clock.now()
      store.touch(sessionId, at)
      const keep = response.status === 'success' || !response.error.retryable
      if (records) record(at, answer, keep)
      else leave(answer)
    }

    function record(at: number, answer: Answered, keep: boolean): void {
      try {
        const stored = keep ? answer.http() : undefined
        const settled = store.settle(sessionId, request.id, at, stored)
        if (settled instanceof Promise) settled.catch(onError).finally(() => leave(answer))
        else leave(answer)
      } catch (error) {
        // The operation has run: whoever waits is told how it ended, recorded or not.
        onError(error)
        leave(answer)
      }
    }

    function leave(answer: Answered): void {
      presence.runs.delete(request.id)
      presences.release(sessionId)
      running--
      if (running === 0) onIdle()
      resolve(answer)
    }

    const run: Run = {
      request,
      owner,
      answer: new Promise((settle) => {
        resolve = settle
      }),
      abort(error) {
        abort.abort(error)
        finish(createResponse(request.id, 'error', forShutdown(error, operation)))
      },
      follow: events?.follow ?? neverFollows,
    }
    const presence = presences.open(sessionId)
    presence.runs.set(request.id, run)
    running++
    store.touch(sessionId, now)

    const context: Partial<RequestContext> = {
      signal: abort.signal,
      deadline,
      sessionId,
      principal: owner,
      original: received.body === undefined ? undefined : { request, body: received.body },
      onEvent: events?.emit,
      onRouted: (server) => store.touch(sessionId, now, server),
      ask: (question) =>
        ask({ sessionId, requestId: request.id, question, deadline, signal: abort.signal }),
    }
    dispatcher.dispatch(request, context).then(finish, (thrown: unknown) => {
      onError(thrown)
      finish(createResponse(request.id, 'error', McpError.from(thrown)))
    })
    return run
  }

  function admit(received: Received, now: number, deadline: number): MaybePromise<Admitted> {
    const { sessionId, owner, request, hasId } = received
    const running = presences.of(sessionId)?.runs.get(request.id)
    if (running !== undefined) return join(running, received)
    const operation = dispatcher.operationOf(request)
    if (hasId && operation?.hints.readOnly !== true)
      return claim(received, operation, now, deadline)
    return chain(store.read(sessionId), (found) => {
      if (!isLive(found)) throw sessionNotFound(sessionId, owner, found)
      sessions.admit(found, owner, now)
      // Another request of this id may have come by while a remote store was asked.
      const meanwhile = presences.of(sessionId)?.runs.get(request.id)
      if (meanwhile !== undefined) return join(meanwhile, received)
      return start(received, operation, now, deadline, false)
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
      if (found.type === 'claimed') return start(received, operation, now, deadline, true)
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
      const run = presences.of(sessionId)?.runs.get(requestId)
      run?.abort(new McpError('cancelled', 'The request was cancelled.'))
      return run !== undefined
    },
    cancelAll(sessionId, error) {
      // Copied first: an aborted run leaves the map.
      for (const run of Array.from(presences.of(sessionId)?.runs.values() ?? [])) run.abort(error)
    },
    async finish(graceMs) {
      if (running === 0) return
      await new Promise<void>((done) => {
        const stopTimer = clock.after(graceMs, () => {
          for (const sessionId of presences.ids()) this.cancelAll(sessionId, closingDown())
        })
        onIdle = () => {
          stopTimer()
          done()
        }
      })
    },
    get running() {
      return running
    },
  }
}

function isSame(left: RequestEnvelope, right: RequestEnvelope): boolean {
  return (
    left.type === right.type &&
    fingerprint(left.type, left.payload) === fingerprint(right.type, right.payload)
  )
}

function outcomeLabel(response: ResponseEnvelope): string {
  return response.status === 'success' ? 'outcome="success"' : `outcome="${response.error.code}"`
}

// A retryable error frees the id, and then an operation that may have happened would happen again.
function forShutdown(error: McpError, operation: OperationDescription | undefined): McpError {
  if (!error.retryable || operation?.hints.idempotent === true) return error
  return outcomeUnknown()
}

function closingDown(): McpError {
  return new McpError('unavailable', 'The session manager is shutting down.')
}

function outcomeUnknown(): McpError {
  return new McpError(
    'upstream-error',
    'The process that ran this request is gone, and nobody knows whether it finished. Look before you repeat it under a new id.',
    { details: { reason: 'outcome-unknown' }, retryable: false },
  )
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
