import type { Clock } from '@mcp/protocol'

/**
 * Settles as `work` does, or rejects with the reason of `signal` as soon as the signal is aborted.
 * The work itself continues, and its result is dropped.
 */
export function abortable<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason)
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true })
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}

/** Resolves after `ms` milliseconds of `clock`; rejects with the reason of `signal` if aborted. */
export async function delay(ms: number, clock: Clock, signal: AbortSignal): Promise<void> {
  let cancel = (): void => {}
  const elapsed = new Promise<void>((resolve) => {
    cancel = clock.after(ms, resolve)
  })
  await abortable(elapsed, signal).finally(cancel)
}
