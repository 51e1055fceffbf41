import type { Clock, RequestContext, RequestEnvelope, ResponseEnvelope } from '@mcp/protocol'

import type { Deadlines, Expiring } from './deadlines.ts'

/** A request on its way: ends once, by its answer, its deadline, its caller or the shutdown. */
export interface Call extends Expiring {
  readonly request: RequestEnvelope
  readonly isEnded: boolean
  /** Ends it; the first answer counts. */
  end(answer: ResponseEnvelope): void
  /** Runs `release` when the call ends, at once where it has ended. */
  hold(release: () => void): void
  /** Waits, and says whether the call still goes on. */
  sleep(ms: number): Promise<boolean>
}

export interface CallOptions {
  readonly request: RequestEnvelope
  readonly context: RequestContext
  readonly clock: Clock
  readonly deadlines: Deadlines<Call>
  /** Takes the one answer. */
  readonly settle: (answer: ResponseEnvelope) => void
  readonly whenCancelled: () => ResponseEnvelope
  readonly whenExpired: () => ResponseEnvelope
}

/** The signal of callers that cannot cancel. Shared, so nothing listens to it. */
export const neverAborted: AbortSignal = new AbortController().signal

/** Starts watching a request's deadline and its caller's signal. */
export function startCall(options: CallOptions): Call {
  const { request, context, clock, deadlines, settle, whenCancelled, whenExpired } = options
  const { signal, deadline } = context
  let isEnded = false
  let held: (() => void)[] | undefined

  const onAbort = (): void => call.end(whenCancelled())
  const call: Call = {
    request,
    deadline,
    get isEnded() {
      return isEnded
    },
    end(answer) {
      if (isEnded) return
      isEnded = true
      deadlines.delete(call)
      if (signal !== neverAborted) signal.removeEventListener('abort', onAbort)
      settle(answer)
      if (held !== undefined) for (const release of held) release()
    },
    hold(release) {
      if (isEnded) release()
      else (held ??= []).push(release)
    },
    expire: () => call.end(whenExpired()),
    sleep: (ms) =>
      new Promise((resolve) => {
        const stop = clock.after(ms, () => resolve(!isEnded))
        call.hold(() => {
          stop()
          resolve(false)
        })
      }),
  }
  deadlines.add(call)
  if (signal !== neverAborted) signal.addEventListener('abort', onAbort)
  return call
}
