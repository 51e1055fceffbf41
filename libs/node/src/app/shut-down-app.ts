import type { CloseOptions } from '@mcp/http'

import { defaultGraceMs } from '../http/shut-down.ts'
import type { Logger } from '../logging/logger.ts'

export interface AppShutdownOptions {
  readonly log: Logger
  /** Resolves with the running program when it has started. */
  readonly starting: Promise<{ readonly close: (options: CloseOptions) => Promise<void> }>
  /** Returns the number of writes to standard output and standard error that failed. */
  readonly droppedWrites: () => number
}

export interface ShutDownReason {
  readonly reason: string
  readonly exitCode: number
  readonly graceMs?: number | undefined
}

// Less than 10 seconds, because Docker sends SIGKILL 10 seconds after SIGTERM.
const maxShutdownMs = 9500

/**
 * Creates the function that closes the program and exits the process. Only its first call has an
 * effect. If closing fails or takes too long, the exit code is 1.
 */
export function createAppShutdown({
  log,
  starting,
  droppedWrites,
}: AppShutdownOptions): (reason: ShutDownReason) => void {
  let isClosing = false

  async function close({ reason, exitCode, graceMs = defaultGraceMs }: ShutDownReason) {
    log.info(`Shutting down: ${reason}`)
    setTimeout(() => {
      log.error('Shutdown took too long', { maxMs: maxShutdownMs })
      process.exit(1)
    }, maxShutdownMs).unref()
    try {
      const running = await starting
      await running.close({ graceMs })
      if (droppedWrites() > 0) log.warn('Output was dropped', { writes: droppedWrites() })
      process.exit(exitCode)
    } catch (error) {
      log.error('Shutdown failed', { error })
      process.exit(1)
    }
  }

  return (reason) => {
    if (isClosing) return
    isClosing = true
    void close(reason)
  }
}
