import type { Clock } from '@mcp/protocol'

/**
 * Returns a promise that settles with `work`. If `signal` is aborted first, the promise rejects
 * immediately with the reason of the signal. `work` then continues, but its result is ignored.
 */
export function abortable<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason)
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true })
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}

/**
 * Resolves after `ms` milliseconds on `clock`. If `signal` is aborted first, rejects with the reason
 * of the signal.
 */
export async function delay(ms: number, clock: Clock, signal: AbortSignal): Promise<void> {
  let cancel = (): void => {}
  const elapsed = new Promise<void>((resolve) => {
    cancel = clock.after(ms, resolve)
  })
  await abortable(elapsed, signal).finally(cancel)
}
