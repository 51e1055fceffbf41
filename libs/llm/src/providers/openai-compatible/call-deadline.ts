import type { Clock } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'

/** Timeout of a call. While a response is streamed, each received event restarts the timeout. */
export interface CallDeadline {
  /** Signal that the caller or the timeout aborts. */
  readonly signal: AbortSignal
  /** Restarts the timeout of a streamed response. Has no effect on other responses. */
  extend(): void
  /** Returns the error of an aborted call, or undefined if the call was not aborted. */
  reason(): McpError | undefined
  /** Stops the timeout. Call it when the call has ended. */
  stop(): void
}

export interface CallDeadlineOptions {
  readonly signal: AbortSignal | undefined
  readonly timeoutMs: number
  readonly clock: Clock
  readonly host: string
  /** Whether each event restarts the timeout. Default: false. */
  readonly isStreamed?: boolean | undefined
}

/** Starts the timeout of a call. */
export function startDeadline(options: CallDeadlineOptions): CallDeadline {
  const { signal, timeoutMs, clock, host, isStreamed = false } = options
  const timeout = new AbortController()
  const wait = () => clock.after(timeoutMs, () => timeout.abort())
  let stop = wait()
  return {
    signal: signal === undefined ? timeout.signal : AbortSignal.any([signal, timeout.signal]),
    extend() {
      if (!isStreamed) return
      stop()
      stop = wait()
    },
    reason() {
      if (signal?.aborted === true) {
        return new McpError('cancelled', 'Language model call cancelled.')
      }
      if (!timeout.signal.aborted) return undefined
      const problem = isStreamed
        ? `sent no data for ${timeoutMs} ms`
        : `did not complete its response within ${timeoutMs} ms`
      return new McpError('timeout', `The language model provider at ${host} ${problem}.`, {
        retryable: true,
      })
    },
    stop: () => stop(),
  }
}
