import type { Clock } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'

import type { UpstreamOptions } from '../entry/upstream-options.ts'

/** The timeouts of one call. */
export interface CallTimeouts {
  /** Aborted when a timeout passes. */
  readonly signal: AbortSignal
  /** Records progress, which restarts the time without progress. */
  touch(): void
  /** Stops the time without progress while `work` waits for a user. */
  pause<Result>(work: Promise<Result>): Promise<Result>
  stop(): void
}

/** Starts both timeouts of a call: the time without a response or progress, and the total time. */
export function startTimeouts(
  clock: Clock,
  serverName: string,
  {
    callIdleTimeoutMs,
    callTimeoutMs,
  }: Pick<UpstreamOptions, 'callIdleTimeoutMs' | 'callTimeoutMs'>,
): CallTimeouts {
  const controller = new AbortController()
  const expire = (ms: number, without: string): void =>
    controller.abort(
      new McpError(
        'timeout',
        `The server "${serverName}" did not respond within ${ms} ms${without}. The call was cancelled and may have run.`,
        { retryable: false, details: { server: serverName } },
      ),
    )
  const stopTotal = clock.after(callTimeoutMs, () => expire(callTimeoutMs, ''))
  let stopIdle = (): void => {}
  let paused = 0

  function touch(): void {
    stopIdle()
    stopIdle = () => {}
    if (paused > 0) return
    stopIdle = clock.after(callIdleTimeoutMs, () =>
      expire(callIdleTimeoutMs, ' or report progress'),
    )
  }

  touch()
  return {
    signal: controller.signal,
    touch,
    async pause(work) {
      paused += 1
      touch()
      try {
        return await work
      } finally {
        paused -= 1
        touch()
      }
    },
    stop() {
      // An interaction that is still open must not start the timer again.
      paused = Number.POSITIVE_INFINITY
      stopIdle()
      stopTotal()
    },
  }
}
