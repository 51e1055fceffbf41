import type { Clock } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'

/** Timeout of a call, which data from the provider extends. */
export interface CallDeadline {
  /** Aborted by the caller or the timeout. */
  readonly signal: AbortSignal
  /** Restarts the timeout, since data arrived. */
  extend(): void
  /** Returns the error if the call was aborted. */
  reason(): McpError | undefined
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
