import type { Clock } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'

import type { UpstreamOptions } from '../entry/upstream-options.ts'

/** The timeouts of one call. */
export interface CallTimeouts {
  /** Aborted when a timeout passes. */
  readonly signal: AbortSignal
  /** Restarts the idle timeout, after progress or a log message. */
  touch(): void
  /** Stops the idle timeout while `work` waits for a user. It then starts from zero. The total timeout continues. */
  pause<Result>(work: Promise<Result>): Promise<Result>
  /** Ends both timeouts. */
  stop(): void
}

/** Starts both timeouts of a call: the idle timeout, without a response or progress, and the total timeout. */
export function startTimeouts(
  clock: Clock,
  serverName: string,
  {
    callIdleTimeoutMs,
    callTimeoutMs,
  }: Pick<UpstreamOptions, 'callIdleTimeoutMs' | 'callTimeoutMs'>,
): CallTimeouts {
  const controller = new AbortController()
  const expire = (ms: number, missing: string): void =>
    controller.abort(
      new McpError(
        'timeout',
        `The server "${serverName}" did not ${missing} for ${ms} ms. The call was cancelled and may have run.`,
        { retryable: false, details: { server: serverName } },
      ),
    )
  const stopTotal = clock.after(callTimeoutMs, () => expire(callTimeoutMs, 'respond'))
  let stopIdle = (): void => {}
  let paused = 0

  function touch(): void {
    stopIdle()
    stopIdle = () => {}
    if (paused > 0) return
    stopIdle = clock.after(callIdleTimeoutMs, () =>
      expire(callIdleTimeoutMs, 'respond or report progress'),
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
