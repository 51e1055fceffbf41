import { McpError } from '@mcp/protocol'
import type { WorkerExit } from '@mcp/sandbox/long-lived'

import { sqlError } from './sql-error.ts'

/** Returns the error of a call whose worker has exited. */
export function workerExited({ reason, text }: WorkerExit): McpError {
  const cause = new Error(`The worker of a database exited: ${text}`)
  if (reason === 'memory-limit') {
    // Not retryable: the same statement would need the same memory.
    const message =
      'The statement needs more memory than the database engine may use, so the engine was stopped. Select fewer rows or parts of the values.'
    return new McpError('payload-too-large', message, { details: { reason }, cause })
  }
  const message = 'The database engine exited unexpectedly and is started again. Retry the request.'
  return sqlError({ kind: 'connection-lost', message, cause })
}
