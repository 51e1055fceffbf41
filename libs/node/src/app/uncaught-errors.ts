import { McpError } from '@mcp/protocol'

import type { Logger } from '../logging/logger.ts'

/**
 * Handles the errors that nothing catches. An unhandled rejection interrupts no code, and the failure of
 * a connection without an error listener concerns that connection only: they are logged with an incident
 * id. Any other exception may have left a callback half done, so `onFatal` is called to drain and exit.
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

/** Whether an error is one that Node emits for a socket. */
function isConnectionFailure(error: NodeJS.ErrnoException): boolean {
  return error.syscall !== undefined && connectionFailures.has(error.code ?? '')
}
