import { McpError } from '@mcp/protocol'

/**
 * Returns the error of a failed commit. A commit that was stopped or lost its connection may have succeeded.
 * The reason of its error is `outcome-unknown`.
 */
export function commitError(error: unknown): unknown {
  if (!McpError.is(error)) return error
  const isStopped = error.code === 'timeout' || error.code === 'cancelled'
  if (!isStopped && error.details?.['reason'] !== 'connection-lost') return error
  const message =
    'It is unknown whether the transaction was committed: the connection was lost or the commit took too long. ' +
    'Check the data before running the transaction again.'
  return new McpError(isStopped ? error.code : 'upstream-error', message, {
    retryable: false,
    details: { ...error.details, reason: 'outcome-unknown' },
    cause: error,
  })
}

/** Whether the error means that the transaction may have been committed. */
export function isOutcomeUnknown(error: unknown): boolean {
  return McpError.is(error) && error.details?.['reason'] === 'outcome-unknown'
}
