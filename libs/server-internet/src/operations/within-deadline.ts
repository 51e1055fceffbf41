import { systemClock } from '@mcp/protocol'

import { failedRequest } from '../transport/failed-request.ts'

export interface DeadlineOptions {
  readonly url: URL
  readonly method?: string | undefined
  readonly timeoutMs: number
  /** What ends the work besides its time. */
  readonly signal: AbortSignal
}

/** Does work on an address until its time is up, and says so in an error for that address. */
export async function withinDeadline<T>(
  { url, method = 'GET', timeoutMs, signal: outer }: DeadlineOptions,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new AbortController()
  // Not `AbortSignal.timeout`: that timer stays for its whole time, and thousands of calls leave
  // thousands of them.
  const stopTimer = systemClock.after(timeoutMs, () =>
    limit.abort(new DOMException('The time is up.', 'TimeoutError')),
  )
  const signal = AbortSignal.any([outer, limit.signal])
  try {
    return await work(signal)
  } catch (thrown) {
    throw failedRequest(thrown, { url, method, signal })
  } finally {
    stopTimer()
  }
}
