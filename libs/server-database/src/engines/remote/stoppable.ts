import { abortable } from '@mcp/concurrency'

export interface StoppableOptions {
  readonly signal: AbortSignal
  /**
   * Tells the server to stop the work. Called when the signal aborts, and repeated until the work ends, for at
   * most three seconds.
   */
  readonly stop: () => Promise<void>
  /**
   * Called after an abort, before the promise rejects with the reason of the signal: the work has ended or was
   * never started.
   */
  readonly onStopped: () => Promise<void>
  /** Called instead of `onStopped` if the work does not end within three seconds. */
  readonly onStuck: () => Promise<void>
}

/** Maximum time for work to end after the first request to stop, in milliseconds. */
const stopTimeoutMs = 3_000

/**
 * Delay before the next request to stop, in milliseconds. The request is repeated because a server ignores a
 * request that arrives before the statement.
 */
const stopIntervalMs = 200

/** Runs work at a server. When the signal aborts, stops the work there and rejects with the reason. */
export async function stoppable<Value>(
  work: () => Promise<Value>,
  { signal, stop, onStopped, onStuck }: StoppableOptions,
): Promise<Value> {
  if (signal.aborted) {
    await onStopped()
    throw signal.reason
  }
  const running = work()
  let stopping: Promise<boolean> | undefined
  const abort = () => {
    stopping = stopUntilEnded(running, stop)
  }
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await abortable(running, signal)
  } finally {
    signal.removeEventListener('abort', abort)
    if (stopping !== undefined) await ((await stopping) ? onStopped() : onStuck())
  }
}

/** Returns whether the work ended. */
async function stopUntilEnded(
  running: Promise<unknown>,
  stop: () => Promise<void>,
): Promise<boolean> {
  const ended = running.then(
    () => true,
    () => true,
  )
  const stuckAt = performance.now() + stopTimeoutMs
  do {
    await stop().catch(() => {})
    if (await endsWithin(stopIntervalMs, ended)) return true
  } while (performance.now() < stuckAt)
  return false
}

async function endsWithin(ms: number, ended: Promise<boolean>): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const elapsed = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms)
  })
  try {
    return await Promise.race([ended, elapsed])
  } finally {
    clearTimeout(timer)
  }
}
