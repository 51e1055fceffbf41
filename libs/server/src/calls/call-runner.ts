import type { MaybePromise, RequestContext, RequestEnvelope, ResponseEnvelope } from '@mcp/protocol'
import { interactionTimedOut, maxTimeoutMs, McpError } from '@mcp/protocol'
import { isTracing } from '@mcp/telemetry'

import type { CallResponseOptions } from './call-responses.ts'
import {
  cancelled,
  failCall,
  interrupted,
  shuttingDown,
  succeedCall,
  timedOut,
} from './call-responses.ts'
import type { Call } from './handler-context.ts'
import { createHandlerContext } from './handler-context.ts'
import type { Notifier } from '../events/notifier.ts'
import type { OperationRow, OperationTable } from '../operations/operation-table.ts'
import { readParams } from '../operations/read-params.ts'
import { traceHandler } from './trace-handler.ts'

/** Runs the handlers of one server. */
export interface CallRunner {
  /** Runs the handler of a request. Never throws and never rejects. */
  process(request: RequestEnvelope, context: RequestContext): MaybePromise<ResponseEnvelope>
  /** Cancels the session's calls in flight. */
  sessionClosed(sessionId: string): void
  /** Refuses new calls, and stops the calls that are still in flight after the grace period. */
  close(graceMs: number): MaybePromise<void>
}

export interface CallRunnerOptions extends CallResponseOptions {
  /** Returns the current operations. It is called for each request, because an update replaces them. */
  readonly table: () => OperationTable
  readonly notifier: Notifier
}

interface InFlightCall {
  readonly sessionId: string | undefined
  readonly row: OperationRow
  /** Ends the call with an error, and aborts the signal of its handler. */
  stop(error: McpError, signalReason?: McpError): void
}

// It is a single function because starting, draining and closing share the calls in flight.
// oxlint-disable-next-line max-lines-per-function
export function createCallRunner(options: CallRunnerOptions): CallRunner {
  const { table, notifier, checkResults, clock, onError } = options
  const contextOptions = {
    notifier,
    clock,
    checkChunks: checkResults,
    onError: (thrown: unknown, request: RequestEnvelope) => onError(McpError.from(thrown), request),
  }
  const callsInFlight = new Set<InFlightCall>()
  let isClosed = false
  let onIdle = (): void => {}

  function process(
    request: RequestEnvelope,
    context: RequestContext,
  ): MaybePromise<ResponseEnvelope> {
    const call: Call = {
      request,
      context,
      controller: new AbortController(),
      isOpen: true,
      isUntrusted: false,
      pendingInteractions: 0,
      interactionKind: '',
    }
    let row: OperationRow | undefined
    try {
      if (isClosed) throw shuttingDown()
      if (context.signal.aborted) throw cancelled(context.signal)
      row = table().find(request)
      const remainingMs = context.deadline - clock.now()
      if (remainingMs <= 0) throw timedOut(row)
      const params = readParams(row, request.payload)
      const result = row.handle(params, createHandlerContext(call, row, contextOptions))
      // A handler that returns its result synchronously, like most, needs no timer and no listener.
      if (isThenable(result)) return finish(call, row, result, remainingMs)
      return succeedCall(call, row, result, options)
    } catch (thrown) {
      return failCall(call, thrown, row, options)
    }
  }

  async function finish(
    call: Call,
    row: OperationRow,
    result: PromiseLike<unknown>,
    remainingMs: number,
  ): Promise<ResponseEnvelope> {
    const { signal, sessionId } = call.context
    const { promise: stopped, reject } = Promise.withResolvers<never>()
    const inFlight: InFlightCall = {
      sessionId,
      row,
      stop(error, signalReason = error) {
        // `reject` comes first. The handler may throw when its signal is aborted, and its error must
        // not become the response.
        reject(error)
        call.controller.abort(signalReason)
      },
    }
    const cancel = (): void => inFlight.stop(cancelled(signal))
    callsInFlight.add(inFlight)
    signal.addEventListener('abort', cancel, { once: true })
    const cancelTimer = clock.after(Math.min(remainingMs, maxTimeoutMs), () =>
      inFlight.stop(
        call.pendingInteractions > 0 ? interactionTimedOut(call.interactionKind) : timedOut(row),
      ),
    )
    // The handler has already run up to its first `await`. If it emitted an event, the listener may
    // have cancelled the request or closed the server.
    if (signal.aborted) cancel()
    else if (isClosed) inFlight.stop(interrupted(row), shuttingDown())
    try {
      return succeedCall(call, row, await Promise.race([result, stopped]), options)
    } catch (thrown) {
      return failCall(call, thrown, row, options)
    } finally {
      cancelTimer()
      signal.removeEventListener('abort', cancel)
      callsInFlight.delete(inFlight)
      if (callsInFlight.size === 0) onIdle()
    }
  }

  function stopAll(): void {
    for (const call of callsInFlight) call.stop(interrupted(call.row), shuttingDown())
  }

  return {
    process: (request, context) =>
      isTracing() ? traceHandler(request, context, table(), process) : process(request, context),
    sessionClosed(sessionId) {
      for (const inFlight of callsInFlight) {
        if (inFlight.sessionId === sessionId) {
          inFlight.stop(
            new McpError('cancelled', 'The session was closed before the operation completed.'),
          )
        }
      }
    },
    close(graceMs) {
      isClosed = true
      if (graceMs === 0 || callsInFlight.size === 0) return stopAll()
      return new Promise((resolve) => {
        const cancelTimer = clock.after(graceMs, stopAll)
        onIdle = () => {
          cancelTimer()
          resolve()
        }
      })
    },
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    'then' in value &&
    typeof value.then === 'function'
  )
}
