export interface StoppableOptions {
  readonly signal: AbortSignal
  /** Tells the server to stop. Called when the signal aborts, and again while that had no effect. */
  readonly stop: () => Promise<void>
  /** Called when the work has ended after it was stopped, before the caller is told. */
  readonly onStopped: () => Promise<void>
  /** Called instead where it does not end although it was told to. */
  readonly onStuck: () => Promise<void>
}

/** How long work may take to end once its server was told to stop, in milliseconds. */
const stopMs = 3_000

/** How long to wait before the server is told again: it ignores who comes before the statement does. */
const againMs = 200

/** Runs work of a server's, which is stopped there when the signal aborts. Rejects with its reason then. */
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
    stopping = stopUntilOver(running, stop)
  }
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await orAborted(running, signal)
  } finally {
    signal.removeEventListener('abort', abort)
    if (stopping !== undefined) await ((await stopping) ? onStopped() : onStuck())
  }
}

/** What it resolves with; rejects at once when the signal aborts, or has. */
export function orAborted<Value>(running: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    running.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}

/** Whether it ended. */
async function stopUntilOver(
  running: Promise<unknown>,
  stop: () => Promise<void>,
): Promise<boolean> {
  const over = running.then(
    () => true,
    () => true,
  )
  const giveUpAt = performance.now() + stopMs
  do {
    await stop().catch(() => {})
    if (await endsWithin(againMs, over)) return true
  } while (performance.now() < giveUpAt)
  return false
}

async function endsWithin(ms: number, over: Promise<boolean>): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms)
  })
  try {
    return await Promise.race([over, late])
  } finally {
    clearTimeout(timer)
  }
}
