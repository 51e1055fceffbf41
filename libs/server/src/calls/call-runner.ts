import type {
  Clock,
  MaybePromise,
  RequestContext,
  RequestEnvelope,
  ResponseEnvelope,
} from '@mcp/protocol'
import { completeHints, createResponse, maxTimeoutMs, McpError } from '@mcp/protocol'

import { approvalTimedOut } from './await-interaction.ts'
import { checkValue } from '../results/check-value.ts'
import type { Call } from './handler-context.ts'
import { createHandlerContext } from './handler-context.ts'
import type { LargeResults } from '../results/large-results.ts'
import type { Notifier } from '../events/notifier.ts'
import type { OperationRow, OperationTable } from '../operations/operation-table.ts'
import { readParams } from '../operations/read-params.ts'
import { limitResult } from '../results/result-limit.ts'

/** Turns requests into answers. */
export interface CallRunner {
  /** Never throws and never rejects. */
  process(request: RequestEnvelope, context: RequestContext): MaybePromise<ResponseEnvelope>
  /** Cancels what is in flight for that session. */
  sessionClosed(sessionId: string): void
  /** Answers what is in flight, and all that comes, with `unavailable`. */
  close(): void
}

export interface CallRunnerOptions {
  readonly source: string
  /** Asked at each request, since a server's operations may change while it runs. */
  readonly table: () => OperationTable
  readonly notifier: Notifier
  readonly largeResults: LargeResults
  readonly maxResultBytes: number
  readonly checkResults: boolean
  readonly clock: Clock
  /** Told of each failure nobody expected. */
  readonly onError: (thrown: McpError, request: RequestEnvelope) => void
}

interface Flight {
  readonly sessionId: string | undefined
  stop(reason: McpError): void
}

/** Runs the handlers of one server. */
export function createCallRunner(options: CallRunnerOptions): CallRunner {
  const { source, table, notifier, largeResults, maxResultBytes, checkResults, clock, onError } =
    options
  const contextOptions = {
    notifier,
    clock,
    checkChunks: checkResults,
    onError: (thrown: unknown, request: RequestEnvelope) => onError(McpError.from(thrown), request),
  }
  const inFlight = new Set<Flight>()
  let isClosed = false

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
      openInteractions: 0,
    }
    let row: OperationRow | undefined
    try {
      if (isClosed) throw closing()
      if (context.signal.aborted) throw cancelled(context.signal)
      row = table().find(request)
      const remainingMs = context.deadline - clock.now()
      if (remainingMs <= 0) throw timeout(row)
      const params = readParams(row, request.payload)
      const outcome = row.handle(params, createHandlerContext(call, row, contextOptions))
      // Most handlers are done by now: those cost neither a timer nor a listener.
      if (isThenable(outcome)) return finish(call, row, outcome, remainingMs)
      return succeed(call, row, outcome)
    } catch (thrown) {
      return fail(call, thrown, row)
    }
  }

  async function finish(
    call: Call,
    row: OperationRow,
    outcome: PromiseLike<unknown>,
    remainingMs: number,
  ): Promise<ResponseEnvelope> {
    const { signal, sessionId } = call.context
    const { promise: stopped, reject } = Promise.withResolvers<never>()
    const flight: Flight = {
      sessionId,
      stop(reason) {
        // Rejected first: a handler that fails because of the signal must not answer in its place.
        reject(reason)
        call.controller.abort(reason)
      },
    }
    const cancel = (): void => flight.stop(cancelled(signal))
    inFlight.add(flight)
    signal.addEventListener('abort', cancel, { once: true })
    const cancelTimer = clock.after(Math.min(remainingMs, maxTimeoutMs), () =>
      flight.stop(call.openInteractions > 0 ? approvalTimedOut() : timeout(row)),
    )
    // Its handler ran a while already, and what it told may have made the caller leave.
    if (signal.aborted) cancel()
    else if (isClosed) flight.stop(closing())
    try {
      return succeed(call, row, await Promise.race([outcome, stopped]))
    } catch (thrown) {
      return fail(call, thrown, row)
    } finally {
      cancelTimer()
      signal.removeEventListener('abort', cancel)
      inFlight.delete(flight)
    }
  }

  function succeed(call: Call, row: OperationRow, result: unknown): ResponseEnvelope {
    call.isOpen = false
    if (checkResults) checkValue(row.label, row.operation.result, result)
    const { request, isUntrusted } = call
    const data = row.isSelfPaging
      ? { result }
      : limitResult(result, maxResultBytes, largeResults, {
          label: row.label,
          sessionId: call.context.sessionId,
          isUntrusted,
        })
    const metadata = isUntrusted ? { untrusted: true } : undefined
    return createResponse(request.id, 'success', data, { source, at: clock.now(), metadata })
  }

  function fail(call: Call, thrown: unknown, row: OperationRow | undefined): ResponseEnvelope {
    call.isOpen = false
    const error = labelled(McpError.from(thrown), row)
    if (error.code === 'internal') onError(error, call.request)
    return createResponse(call.request.id, 'error', error, { source, at: clock.now() })
  }

  return {
    process,
    sessionClosed(sessionId) {
      for (const flight of inFlight) {
        if (flight.sessionId === sessionId) {
          flight.stop(new McpError('cancelled', 'The session closed before the answer was there.'))
        }
      }
    },
    close() {
      isClosed = true
      for (const flight of inFlight) flight.stop(closing())
    },
  }
}

/** A handler does not know under which name it is offered, so an error about a parameter gets it here. */
function labelled(error: McpError, row: OperationRow | undefined): McpError {
  if (row === undefined || error.details?.['path'] === undefined) return error
  const { code, message, retryable, details, cause } = error
  return new McpError(code, `${row.label}: ${message}`, { retryable, details, cause })
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    'then' in value &&
    typeof value.then === 'function'
  )
}

function cancelled({ reason }: AbortSignal): McpError {
  return McpError.is(reason) ? reason : new McpError('cancelled', 'The request was cancelled.')
}

function timeout({ label, operation }: OperationRow): McpError {
  return new McpError('timeout', `${label}: the answer was not there when the deadline passed.`, {
    retryable: completeHints(operation.hints).idempotent,
  })
}

function closing(): McpError {
  return new McpError('unavailable', 'The server is shutting down.', {
    details: { reason: 'shutting-down' },
  })
}
