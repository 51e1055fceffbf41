import type {
  Clock,
  OperationDescription,
  RequestContext,
  RequestEnvelope,
  ResponseEnvelope,
} from '@mcp/protocol'
import { callerKeyOf } from '@mcp/protocol'

import type { Expiring } from './deadlines.ts'
import { createDeadlines } from './deadlines.ts'

/**
 * A request in flight. It ends once: with its response, at its deadline, when its caller aborts, or
 * at shutdown. It is plain data, and functions such as {@link endCall} change it, because creating an
 * object with methods took 0.5 µs longer.
 */
export interface Call extends Expiring<Call> {
  readonly request: RequestEnvelope
  readonly signal: AbortSignal
  /** Key of the caller for its share of a server's permits. */
  readonly callerKey: string
  readonly startedAt: number
  /** Server and operation, once they are resolved. */
  destination: CallDestination
  isEnded: boolean
  /** Receives the response. Undefined until {@link Calls.watch} is called. */
  settle: ((call: Call, response: ResponseEnvelope) => void) | undefined
  onAbort: (() => void) | undefined
  endListeners: CallEndListener[] | undefined
  /** The response with which the call ended. */
  response: ResponseEnvelope | undefined
}

/** Receives a call that has ended, and its response. */
export type CallEndListener = (call: Call, response: ResponseEnvelope) => void

/** The parts of a destination that the metrics of a call contain. */
export interface CallDestination {
  readonly server: { readonly name: string } | undefined
  readonly operation: OperationDescription | undefined
}

const unresolved: CallDestination = { server: undefined, operation: undefined }

/** The shared signal of callers that cannot cancel. It is never aborted, so it needs no listeners. */
export const neverAborted: AbortSignal = new AbortController().signal

export interface CallsOptions {
  readonly clock: Clock
  readonly whenCancelled: (request: RequestEnvelope) => ResponseEnvelope
  readonly whenExpired: (request: RequestEnvelope) => ResponseEnvelope
  /** Called when a call ends. Default: does nothing. */
  readonly onEnd?: CallEndListener | undefined
}

/** The calls in flight. */
export interface Calls {
  create(request: RequestEnvelope, context: RequestContext): Call
  /**
   * Ends a call at its deadline or when its signal is aborted, and resolves with its response.
   * {@link Calls.create} does not do this, because a call with an immediate response does not need it.
   */
  watch(call: Call): Promise<ResponseEnvelope>
  /** Ends every watched call with the response of `respond`, also those watched later. Stops the timer. */
  close(respond: (request: RequestEnvelope) => ResponseEnvelope): void
}

/** Creates an empty set of calls that share one deadline timer. */
export function createCalls({ clock, whenCancelled, whenExpired, onEnd }: CallsOptions): Calls {
  const deadlines = createDeadlines<Call>(clock, (call) => {
    endCall(call, whenExpired(call.request))
  })
  let respondWhenClosed: ((request: RequestEnvelope) => ResponseEnvelope) | undefined

  function listen(call: Call): void {
    if (call.signal === neverAborted) return
    call.onAbort = () => endCall(call, whenCancelled(call.request))
    if (call.signal.aborted) call.onAbort()
    else call.signal.addEventListener('abort', call.onAbort)
  }

  return {
    create: (request, context) => ({
      request,
      signal: context.signal,
      deadline: context.deadline,
      callerKey: callerKeyOf(context),
      startedAt: clock.now(),
      destination: unresolved,
      isEnded: false,
      settle: undefined,
      onAbort: undefined,
      endListeners: onEnd === undefined ? undefined : [onEnd],
      response: undefined,
      next: undefined,
      previous: undefined,
    }),
    watch(call) {
      return new Promise((resolve) => {
        // The server may have closed the dispatcher while it processed the request synchronously.
        if (respondWhenClosed !== undefined) {
          call.settle = (_call, response) => resolve(response)
          endCall(call, respondWhenClosed(call.request))
          return
        }
        call.settle = ({ signal, onAbort }, response) => {
          deadlines.delete(call)
          if (onAbort !== undefined) signal.removeEventListener('abort', onAbort)
          resolve(response)
        }
        deadlines.add(call)
        listen(call)
      })
    },
    close(respond) {
      respondWhenClosed = respond
      for (const call of deadlines.entries()) endCall(call, respond(call.request))
      deadlines.close()
    },
  }
}

/** Ends a call with its response. Later responses are ignored. */
export function endCall(call: Call, response: ResponseEnvelope): void {
  if (call.isEnded) return
  call.isEnded = true
  call.response = response
  call.settle?.(call, response)
  if (call.endListeners !== undefined) {
    for (const listener of call.endListeners) listener(call, response)
  }
}

/** Runs `listener` when the call ends, or immediately if it has ended. */
export function onCallEnd(call: Call, listener: CallEndListener): void {
  if (call.response !== undefined) listener(call, call.response)
  else if (call.endListeners === undefined) call.endListeners = [listener]
  else call.endListeners.push(listener)
}

/**
 * Waits for `ms` milliseconds or until the call ends. Resolves with true if the call is still in
 * flight. `delay` of `@mcp/concurrency` is not used, because it needs an abort signal. Creating a
 * signal would cost more than the call itself.
 */
export function waitInCall(call: Call, ms: number, clock: Clock): Promise<boolean> {
  return new Promise((resolve) => {
    const cancel = clock.after(ms, () => resolve(!call.isEnded))
    onCallEnd(call, () => {
      cancel()
      resolve(false)
    })
  })
}
