import { systemClock } from '@mcp/protocol'

import { failedRequest } from '../transport/failed-request.ts'

export interface DeadlineOptions {
  readonly url: URL
  readonly method?: string | undefined
  readonly timeoutMs: number
  /** Also aborts `work`. */
  readonly signal: AbortSignal
}

/** Runs `work` and aborts it after `timeoutMs`. Errors name the host of the URL. */
export async function withinDeadline<T>(
  { url, method = 'GET', timeoutMs, signal: outer }: DeadlineOptions,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const timeout = new AbortController()
  // The timer of `AbortSignal.timeout` continues after the work has ended. Thousands of calls would
  // leave thousands of timers, so a timer that can be stopped is used instead.
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
