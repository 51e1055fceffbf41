import type { Clock, RequestContext, RequestEnvelope, ResponseEnvelope } from '@mcp/protocol'

import type { Expiring } from './deadlines.ts'
import { createDeadlines } from './deadlines.ts'

/**
 * A request on its way: ends once, by its answer, its deadline, its caller or the shutdown.
 * Plain data with functions beside it: an object with methods of its own took 0.5 µs more to make.
 */
export interface Call extends Expiring<Call> {
  readonly request: RequestEnvelope
  readonly signal: AbortSignal
  isEnded: boolean
  /** Takes the one answer; absent until somebody waits for it. */
  settle: ((call: Call, answer: ResponseEnvelope) => void) | undefined
  onAbort: (() => void) | undefined
  held: (() => void)[] | undefined
}

/** The signal of callers that cannot cancel. Shared, so nothing listens to it. */
export const neverAborted: AbortSignal = new AbortController().signal

export interface CallsOptions {
  readonly clock: Clock
  readonly whenCancelled: (request: RequestEnvelope) => ResponseEnvelope
  readonly whenExpired: (request: RequestEnvelope) => ResponseEnvelope
}

/** The calls in flight. */
export interface Calls {
  create(request: RequestEnvelope, context: RequestContext): Call
  /**
   * Begins to watch a call's deadline and its caller's signal, and waits for the one answer. Apart
   * from {@link Calls.create}, because a call that is answered at once needs none of it.
   */
  watch(call: Call): Promise<ResponseEnvelope>
  /** Ends every call, and stops the timer. */
  close(answerTo: (request: RequestEnvelope) => ResponseEnvelope): void
}

export function createCalls({ clock, whenCancelled, whenExpired }: CallsOptions): Calls {
  const deadlines = createDeadlines<Call>(clock, (call) => {
    endCall(call, whenExpired(call.request))
  })

  let answerWhenClosed: ((request: RequestEnvelope) => ResponseEnvelope) | undefined

  function listen(call: Call): void {
    if (call.signal === neverAborted) return
    call.onAbort = () => endCall(call, whenCancelled(call.request))
    if (call.signal.aborted) call.onAbort()
    else call.signal.addEventListener('abort', call.onAbort)
  }

  return {
    create: (request, { signal, deadline }) => ({
      request,
      signal,
      deadline,
      isEnded: false,
      settle: undefined,
      onAbort: undefined,
      held: undefined,
      next: undefined,
      previous: undefined,
    }),
    watch(call) {
      return new Promise((resolve) => {
        // Until now nobody watched, and what a server does at once may have closed all this.
        if (answerWhenClosed !== undefined) {
          call.settle = (_call, answer) => resolve(answer)
          endCall(call, answerWhenClosed(call.request))
          return
        }
        call.settle = ({ signal, onAbort }, answer) => {
          deadlines.delete(call)
          if (onAbort !== undefined) signal.removeEventListener('abort', onAbort)
          resolve(answer)
        }
        deadlines.add(call)
        listen(call)
      })
    },
    close(answerTo) {
      answerWhenClosed = answerTo
      for (const call of deadlines.entries()) endCall(call, answerTo(call.request))
      deadlines.close()
    },
  }
}

/** Ends a call; the first answer counts. */
export function endCall(call: Call, answer: ResponseEnvelope): void {
  if (call.isEnded) return
  call.isEnded = true
  call.settle?.(call, answer)
  if (call.held !== undefined) for (const release of call.held) release()
}

/** Runs `release` when the call ends, at once where it has ended. */
export function holdCall(call: Call, release: () => void): void {
  if (call.isEnded) release()
  else if (call.held === undefined) call.held = [release]
  else call.held.push(release)
}

/** Waits, and says whether the call still goes on. */
export function sleepInCall(call: Call, ms: number, clock: Clock): Promise<boolean> {
  return new Promise((resolve) => {
    const stop = clock.after(ms, () => resolve(!call.isEnded))
    holdCall(call, () => {
      stop()
      resolve(false)
    })
  })
}
