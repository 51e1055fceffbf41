import type { MaybePromise } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'

/** What `work` gives, or `cancelled` at once when the signal is aborted, even if `work` goes on. */
export function untilAborted<T>(signal: AbortSignal, work: () => MaybePromise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = () => reject(new McpError('cancelled', 'The run of the agent was cancelled.'))
    if (signal.aborted) {
      cancel()
      return
    }
    signal.addEventListener('abort', cancel, { once: true })
    const leave = () => signal.removeEventListener('abort', cancel)
    Promise.resolve().then(work).then(resolve, reject).finally(leave)
  })
}
