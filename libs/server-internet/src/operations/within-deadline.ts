import { systemClock } from '@mcp/protocol'

import { failedRequest } from '../transport/failed-request.ts'

export interface DeadlineOptions {
  readonly url: URL
  readonly method?: string | undefined
  readonly timeoutMs: number
  /** Aborts the work as well. */
  readonly signal: AbortSignal
}

/** Aborts `work` after `timeoutMs`. Errors, such as the timeout, name the host of the URL. */
export async function withinDeadline<T>(
  { url, method = 'GET', timeoutMs, signal: outer }: DeadlineOptions,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const timeout = new AbortController()
  // `AbortSignal.timeout` is not used, because its timer outlives the work: thousands of calls would
  // leave thousands of timers.
  const stopTimer = systemClock.after(timeoutMs, () =>
    timeout.abort(new DOMException('The operation timed out.', 'TimeoutError')),
  )
  const signal = AbortSignal.any([outer, timeout.signal])
  try {
    return await work(signal)
  } catch (thrown) {
    throw failedRequest(thrown, { url, method, signal })
  } finally {
    stopTimer()
  }
}
