export interface SemaphoreOptions {
  /** Number of permits. */
  readonly limit: number
  /** Maximum number of waiters. Default: no limit. */
  readonly maxQueued?: number | undefined
  /** Creates the error of `acquire` if the queue is full. */
  readonly queueFull?: (() => Error) | undefined
}

/**
 * Hands out a fixed number of permits, first come, first served.
 *
 * `p-limit` is not used: its waiters cannot leave the queue on abort, and its queue has no limit.
 * Each of its permits costs promises, 8 times the time of `tryAcquire` and `release`.
 */
export interface Semaphore {
  /** Takes a permit if one is free. Each success must be paired with one `release`. */
  tryAcquire(): boolean
  /**
   * Queues a waiter, which is called when it receives a permit. Returns `undefined` if the queue is
   * full; otherwise a function that leaves the queue, or returns false if the permit was already
   * granted.
   */
  enqueue(waiter: () => void): (() => boolean) | undefined
  /**
   * Returns a permit. The permit passes directly to the first waiter, so that no later caller can
   * take it first.
   */
  release(): void
  /**
   * Waits for a permit and resolves with the function that releases it. A second call of the
   * function has no effect. Rejects with the reason of `signal` if aborted, or with `queueFull()`.
   */
  acquire(signal?: AbortSignal): Promise<() => void>
  /** Runs `task` while holding a permit. Rejects as {@link acquire} does. */
  run<Result>(task: () => Promise<Result>, signal?: AbortSignal): Promise<Result>
  /** Resolves as soon as no permit is taken. */
  idle(): Promise<void>
  /** Number of permits taken. */
  readonly active: number
  /** Number of waiters. */
  readonly queued: number
}

/** Creates a semaphore with all of its permits free. */
export function createSemaphore(options: SemaphoreOptions): Semaphore {
  const { limit, maxQueued = Infinity } = options
  const { queueFull = () => new Error('The queue of the semaphore is full.') } = options
  const waiters = new Set<() => void>()
  const idleListeners = new Set<() => void>()
  let active = 0

  const semaphore: Semaphore = {
    tryAcquire() {
      if (active >= limit) return false
      active++
      return true
    },
    enqueue(waiter) {
      if (waiters.size >= maxQueued) return undefined
      const entry = (): void => waiter()
      waiters.add(entry)
      return () => waiters.delete(entry)
    },
    release() {
      const [next] = waiters
      if (next !== undefined) {
        waiters.delete(next)
        next()
        return
      }
      active--
      if (active > 0) return
      for (const resolve of idleListeners) resolve()
      idleListeners.clear()
    },
    async acquire(signal) {
      signal?.throwIfAborted()
      if (!semaphore.tryAcquire()) await waitForPermit(semaphore, queueFull, signal)
      let released = false
      return () => {
        if (released) return
        released = true
        semaphore.release()
      }
    },
    async run(task, signal) {
      const release = await semaphore.acquire(signal)
      try {
        return await task()
      } finally {
        release()
      }
    },
    idle: () =>
      active === 0
        ? Promise.resolve()
        : new Promise((resolve) => {
            idleListeners.add(resolve)
          }),
    get active() {
      return active
    },
    get queued() {
      return waiters.size
    },
  }
  return semaphore
}

function waitForPermit(
  semaphore: Semaphore,
  queueFull: () => Error,
  signal: AbortSignal | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      // If the permit was already granted, its holder must check the signal.
      if (leave?.() === true) reject(signal?.reason)
    }
    const leave = semaphore.enqueue(() => {
      signal?.removeEventListener('abort', abort)
      resolve()
    })
    if (leave === undefined) reject(queueFull())
    else signal?.addEventListener('abort', abort, { once: true })
  })
}
