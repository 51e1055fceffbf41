import type { Clock } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'

/** How long a provider may be silent. */
export interface CallDeadline {
  /** Aborted when the caller leaves or the time is up. */
  readonly signal: AbortSignal
  /** Something came: the time begins again. */
  extend(): void
  /** Why the call ended early, if it did. */
  reason(): McpError | undefined
  stop(): void
}

export interface CallDeadlineOptions {
  readonly signal: AbortSignal | undefined
  readonly timeoutMs: number
  readonly clock: Clock
  readonly host: string
}

/** Starts to wait for a provider. */
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
        return new McpError('cancelled', 'The call of the language model was cancelled.')
      }
      if (!silence.signal.aborted) return undefined
      const message = `The language model's provider at ${host} sent nothing for ${timeoutMs} ms.`
      return new McpError('timeout', message, { retryable: true })
    },
    stop: () => stop(),
  }
}
