import { McpError } from '@mcp/protocol'

import type { Logger } from '../logging/logger.ts'

/**
 * Handles uncaught errors and logs them with an incident id. An unhandled rejection interrupts no code,
 * and a failed connection without an error listener affects only that connection. Neither ends the
 * process. Any other exception may have interrupted a callback halfway, so `onFatal` is called.
 */
export function handleUncaughtErrors(log: Logger, onFatal: () => void): void {
  process.on('uncaughtException', (thrown, origin) => {
    const error = McpError.internal(thrown)
    if (origin === 'unhandledRejection') {
      log.error('Unhandled rejection', { error })
    } else if (isConnectionFailure(thrown)) {
      log.error('Unhandled failure of a connection', { error })
    } else {
      log.fatal('Uncaught exception', { error })
      onFatal()
    }
  })
}

const connectionFailures = new Set(['ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT'])

/** Whether an error is one that Node emits when a connection fails. */
function isConnectionFailure(error: NodeJS.ErrnoException): boolean {
  return error.syscall !== undefined && connectionFailures.has(error.code ?? '')
}
