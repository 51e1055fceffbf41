import { abortable } from '@mcp/concurrency'
import type { MaybePromise } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'

/** Runs `work` and returns its result. Rejects with `cancelled` as soon as the signal is aborted. */
export async function cancellable<T>(signal: AbortSignal, work: () => MaybePromise<T>): Promise<T> {
  try {
    signal.throwIfAborted()
    return await abortable(Promise.resolve().then(work), signal)
  } catch (error) {
    throw signal.aborted ? new McpError('cancelled', 'Agent run cancelled.') : error
  }
}
