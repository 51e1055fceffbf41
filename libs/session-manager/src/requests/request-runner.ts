import { createResponse, McpError } from '@mcp/protocol'
import type {
  InteractionResponse,
  OperationDescription,
  InteractionRequest,
  RequestContext,
  RequestEnvelope,
  ResponseEnvelope,
} from '@mcp/protocol'

import type { Answered } from './settled-response.ts'
import { answeredNow } from './settled-response.ts'
import type { Core } from '../core.ts'
import { createRequestEvents } from './request-events.ts'
import type { Run } from './in-flight-requests.ts'

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

/** What is known of a request when it starts. */
export interface RunFacts {
  readonly operation: OperationDescription | undefined
  readonly now: number
  readonly deadline: number
  /** Whether its answer is recorded. */
  readonly records: boolean
}

/** Puts a question of a running request to the session's owner. */
export type AskOwner = (asked: {
  readonly run: Run
  readonly question: InteractionRequest
  readonly deadline: number
}) => Promise<InteractionResponse>

/** Runs requests whose ids are free. */
export interface Runner {
  start(received: Received, facts: RunFacts): Run
  /** Fires the server's signal, and answers everybody who waits with this error. */
  abort(run: Run, error: McpError): void
  /** Waits until nothing is in flight, and ends what still is after that long. */
  finish(graceMs: number, error: () => McpError): Promise<void>
}

export function createRunner(core: Core, ask: AskOwner): Runner {
  const { dispatcher, store, clock, runs, metrics, onError } = core
  let onIdle = (): void => {}

  function end(run: Run, response: ResponseEnvelope): void {
    if (run.isDone) return
    run.isDone = true
    const answer = answeredNow(response, onError)
    metrics.count('mcp_requests_total', outcomeLabel(response))
    const at = clock.now()
    store.touch(run.sessionId, at)
    if (!run.records) return leave(run, answer)
    record(run, at, answer, response.status === 'success' || !response.error.retryable)
  }

  function record(run: Run, at: number, answer: Answered, keep: boolean): void {
    try {
      const stored = keep ? answer.http() : undefined
      const settled = store.settle(run.sessionId, run.request.id, at, stored)
      if (settled instanceof Promise) settled.catch(onError).finally(() => leave(run, answer))
      else leave(run, answer)
    } catch (error) {
      // The operation has run: whoever waits is told how it ended, recorded or not.
      onError(error)
      leave(run, answer)
    }
  }

  function leave(run: Run, answer: Answered): void {
    runs.remove(run)
    run.answered = answer
    if (run.waiting !== undefined) for (const resolve of run.waiting) resolve(answer)
    if (runs.size === 0) onIdle()
  }

  function waitFor(run: Run, answering: Promise<ResponseEnvelope>): void {
    answering.then(
      (response) => end(run, response),
      (thrown: unknown) => {
        onError(thrown)
        end(run, createResponse(run.request.id, 'error', McpError.from(thrown)))
      },
    )
  }

  function abort(run: Run, error: McpError): void {
    run.abort.abort(error)
    end(run, createResponse(run.request.id, 'error', forRun(error, run)))
  }

  return {
    start(received, { operation, now, deadline, records }) {
      const { sessionId, owner, request, body } = received
      const events = received.streams === true ? createRequestEvents() : undefined
      const run = createRun({ sessionId, owner, request, operation, records, events })
      runs.add(run)
      store.touch(sessionId, now)

      const context: Partial<RequestContext> = {
        signal: run.abort.signal,
        deadline,
        sessionId,
        principal: owner,
        original: body === undefined ? undefined : { request, body },
        onEvent: events?.emit,
        onRouted: (server) => store.touch(sessionId, now, server),
        ask: (question) => ask({ run, question, deadline }),
      }
      const response = dispatcher.dispatch(request, context)
      if (response instanceof Promise) waitFor(run, response)
      else end(run, response)
      return run
    },
    abort,
    async finish(graceMs, error) {
      if (runs.size === 0) return
      await new Promise<void>((done) => {
        const stopTimer = clock.after(graceMs, () => {
          for (const run of runs.list()) abort(run, error())
        })
        onIdle = () => {
          stopTimer()
          done()
        }
      })
    },
  }
}

type RunStart = Pick<Run, 'sessionId' | 'owner' | 'request' | 'operation' | 'records' | 'events'>

function createRun({ sessionId, owner, request, operation, records, events }: RunStart): Run {
  return {
    sessionId,
    owner,
    request,
    operation,
    records,
    abort: new AbortController(),
    events,
    answered: undefined,
    waiting: undefined,
    isDone: false,
    next: undefined,
  }
}

function outcomeLabel(response: ResponseEnvelope): string {
  return response.status === 'success' ? 'outcome="success"' : `outcome="${response.error.code}"`
}

// A retryable error frees the id, and then an operation that may have happened would happen again.
function forRun(error: McpError, { operation }: Run): McpError {
  return !error.retryable || operation?.hints.idempotent === true ? error : outcomeUnknown()
}

/** The error for a request that was cut off by the end of its process. */
export function outcomeUnknown(): McpError {
  return new McpError(
    'upstream-error',
    'The process that ran this request is gone, and nobody knows whether it finished. Look before you repeat it under a new id.',
    { details: { reason: 'outcome-unknown' }, retryable: false },
  )
}
