import type { Clock } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'

/** Timeout of a call. While a response is streamed, each received part restarts the timeout. */
export interface CallDeadline {
  /** Signal that the caller or the timeout aborts. */
  readonly signal: AbortSignal
  /** Restarts the timeout. Call it when a part of the response arrives. */
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
}

/** Starts the timeout of a call. */
export function startDeadline(options: CallDeadlineOptions): CallDeadline {
  const { signal, timeoutMs, clock, host } = options
  const silence = new AbortController()
  const wait = () => clock.after(timeoutMs, () => silence.abort())
  let stop = wait()

  return {
    signal: signal === undefined ? silence.signal : AbortSignal.any([signal, silence.signal]),
    extend() {
      stop()
      stop = wait()
    },
    reason() {
      if (signal?.aborted === true) {
        return new McpError('cancelled', 'Language model call cancelled.')
      }
      if (!silence.signal.aborted) return undefined
      const message = `The language model provider at ${host} sent no data for ${timeoutMs} ms.`
      return new McpError('timeout', message, { retryable: true })
    },
    stop: () => stop(),
  }
}
