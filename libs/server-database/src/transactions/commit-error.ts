import { McpError } from '@mcp/protocol'

/**
 * The error for a commit that failed. One that was stopped, or whose database was lost meanwhile, may have
 * have succeeded: `details.reason` is then `outcome-unknown`.
 */
export function commitError(error: unknown): unknown {
  if (!McpError.is(error)) return error
  const isStopped = error.code === 'timeout' || error.code === 'cancelled'
  if (!isStopped && error.details?.['reason'] !== 'connection-lost') return error
  const message =
    'Whether the transaction was committed is not known: its database was lost, or took too long. ' +
    'Look at what it changed before running it again.'
  return new McpError(isStopped ? error.code : 'upstream-error', message, {
    retryable: false,
    details: { ...error.details, reason: 'outcome-unknown' },
    cause: error,
  })
}

/** Whether an error says that a transaction may have been committed, or not. */
export function isOutcomeUnknown(error: unknown): boolean {
  return McpError.is(error) && error.details?.['reason'] === 'outcome-unknown'
}
