export interface StoppableOptions {
  readonly signal: AbortSignal
  /** Tells the server to stop; called once, when the signal aborts. */
  readonly stop: () => Promise<void>
  /** Called when the work has ended after it was stopped, before the caller is told. */
  readonly onStopped: () => Promise<void>
  /** Called instead where it does not end although it was told to. */
  readonly onStuck: () => Promise<void>
}

/** How long work may take to end once its server was told to stop, in milliseconds. */
const stopMs = 3_000

/** Runs work of a server's, which is stopped there when the signal aborts. Rejects with its reason then. */
export async function stoppable<Value>(
  work: () => Promise<Value>,
  { signal, stop, onStopped, onStuck }: StoppableOptions,
): Promise<Value> {
  let stopping: Promise<void> | undefined
  const abort = () => {
    stopping = stop().catch(() => {})
  }
  if (signal.aborted) {
    await onStopped()
    throw signal.reason
  }
  signal.addEventListener('abort', abort, { once: true })
  const running = work()
  try {
    return await orAborted(running, signal)
  } finally {
    signal.removeEventListener('abort', abort)
    if (stopping !== undefined) {
      const hasEnded = await endsWithin(stopMs, Promise.allSettled([running, stopping]))
      await (hasEnded ? onStopped() : onStuck())
    }
  }
}

/** What it resolves with; rejects at once when the signal aborts. */
export function orAborted<Value>(running: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    running.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}

async function endsWithin(ms: number, running: Promise<unknown>): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms)
  })
  try {
    return await Promise.race([running.then(() => true), late])
  } finally {
    clearTimeout(timer)
  }
}
