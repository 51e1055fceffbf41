import type { Clock, RequestEnvelope, ResponseEnvelope } from '@mcp/protocol'
import { callerKeyOf, completeHints, createResponse, McpError } from '@mcp/protocol'

import type { Call } from './handler-context.ts'
import { checkValue } from '../results/check-value.ts'
import type { LargeResults } from '../results/large-results.ts'
import type { OperationRow } from '../operations/operation-table.ts'
import { limitResult } from '../results/result-limit.ts'

export interface CallResponseOptions {
  readonly source: string
  readonly largeResults: LargeResults
  readonly maxResultBytes: number
  /** Whether results are validated against their schema. */
  readonly checkResults: boolean
  readonly clock: Clock
  /** Called with each unexpected error. */
  readonly onError: (thrown: McpError, request: RequestEnvelope) => void
}

/**
 * Ends a call with its result.
 *
 * @throws McpError `internal` if results are validated and this result is invalid,
 * `payload-too-large` if the result is too large to be returned and cannot be stored.
 */
export function succeedCall(
  call: Call,
  row: OperationRow,
  result: unknown,
  { source, largeResults, maxResultBytes, checkResults, clock }: CallResponseOptions,
): ResponseEnvelope {
  call.isOpen = false
  if (checkResults) checkValue(row.label, row.operation.result, result)
  const { request, isUntrusted } = call
  const data = row.isSelfPaging
    ? { result }
    : limitResult(result, call.context.resultBytes ?? maxResultBytes, largeResults, {
        row,
        sessionId: call.context.sessionId,
        callerKey: callerKeyOf(call.context),
        isUntrusted,
      })
  const metadata = isUntrusted ? { untrusted: true } : undefined
  return createResponse(request.id, 'success', data, { source, at: clock.now(), metadata })
}

/** Ends a call with an error. Reports the error if it is unexpected. */
export function failCall(
  call: Call,
  thrown: unknown,
  row: OperationRow | undefined,
  { source, clock, onError }: CallResponseOptions,
): ResponseEnvelope {
  call.isOpen = false
  const error = withLabel(McpError.from(thrown), row)
  if (error.code === 'internal') onError(error, call.request)
  return createResponse(call.request.id, 'error', error, { source, at: clock.now() })
}

/**
 * Adds the label of the operation to the message of an error about a parameter. Handlers create such
 * errors, and a handler does not know the name of its operation.
 */
function withLabel(error: McpError, row: OperationRow | undefined): McpError {
  if (row === undefined || error.details?.['path'] === undefined) return error
  const { code, message, retryable, details, cause } = error
  return new McpError(code, `${row.label}: ${message}`, { retryable, details, cause })
}

export function cancelled({ reason }: AbortSignal): McpError {
  return McpError.is(reason) ? reason : new McpError('cancelled', 'The request was cancelled.')
}

export function timedOut({ label, operation }: OperationRow): McpError {
  return new McpError('timeout', `${label}: the deadline passed before the operation completed.`, {
    retryable: completeHints(operation.hints).idempotent,
  })
}

/**
 * Creates the error for a call that a shutdown stops. If the operation is not idempotent, the error
 * states that the call may have had effects.
 */
export function interrupted({ label, operation }: OperationRow): McpError {
  if (completeHints(operation.hints).idempotent) return shuttingDown()
  return new McpError(
    'upstream-error',
    `${label}: the server shut down before the operation completed. Check its effect before you repeat it.`,
    { details: { reason: 'outcome-unknown' }, retryable: false },
  )
}

export function shuttingDown(): McpError {
  return new McpError('unavailable', 'The server is shutting down.', {
    details: { reason: 'shutting-down' },
  })
}
