import { createFairQueue } from './fair-queue.ts'

export interface SemaphoreOptions {
  /** Number of permits. */
  readonly limit: number
  /**
   * If true, a key receives another permit only while the key holds fewer permits than are free. The first key
   * can hold half of all permits, the second key a quarter, and so on. This keeps permits free for further
   * keys. Default: false.
   */
  readonly reservesPermits?: boolean | undefined
  /** Maximum number of waiters. Default: no limit. */
  readonly maxQueued?: number | undefined
  /** Maximum number of waiters of one key. Default: no limit. */
  readonly maxQueuedPerKey?: number | undefined
  /** Creates the error of `acquire` if the queue is full. */
  readonly queueFull?: (() => Error) | undefined
}

/**
 * Hands out a fixed number of permits. A key identifies, for example, a caller. Waiters with different
 * keys receive permits in turn. Waiters with the same key, or without a key, receive permits in order
 * of arrival.
 *
 * `p-limit` is not used: its waiters cannot leave the queue on abort, and its queue has no limit. It
 * creates promises for each permit, which takes 8 times as long as `tryAcquire` and `release`.
 */
export interface Semaphore {
  /** Takes a permit if `key` may have one now. Returns true if so; then call `release` with `key`. */
  tryAcquire(key?: string): boolean
  /**
   * Adds a waiter to the queue. The waiter is called when `release` passes a permit to it, so call
   * `tryAcquire` first. Returns `undefined` if the queue is full. Otherwise returns a function that
   * removes the waiter from the queue. The function returns false if the waiter is no longer in the queue,
   * for example because it has received its permit.
   */
  enqueue(waiter: () => void, key?: string): (() => boolean) | undefined
  /**
   * Releases a permit. The permit passes directly to the next waiter, before any new call of
   * `tryAcquire` can take it.
   */
  release(key?: string): void
  /**
   * Waits for a permit and resolves with a function that releases it. A second call of the function
   * has no effect. Rejects with the reason of `signal` if it is aborted before or during the wait, and
   * with `queueFull()` if the queue is full.
   */
  acquire(signal?: AbortSignal, key?: string): Promise<() => void>
  /** Waits for a permit, runs `task`, and releases the permit. Rejects if `acquire` or `task` does. */
  run<Result>(task: () => Promise<Result>, signal?: AbortSignal, key?: string): Promise<Result>
  /** Resolves as soon as no permit is taken. */
  idle(): Promise<void>
  /** Number of permits taken. */
  readonly active: number
  /** Number of waiters. */
  readonly queued: number
}

/** Creates a semaphore with all of its permits free. */
export function createSemaphore(options: SemaphoreOptions): Semaphore {
  const { limit, reservesPermits = false, maxQueued, maxQueuedPerKey } = options
  const { queueFull = () => new Error('The queue of the semaphore is full.') } = options
  const waiters = createFairQueue<Waiter>({
    maxEntries: maxQueued,
    maxEntriesPerKey: maxQueuedPerKey,
  })
  const idleListeners = new Set<() => void>()
  // Permits are numbers, not objects, so that taking a free permit allocates no memory.
  const heldByKey = new Map<string, number>()
  let active = 0

  function isAllowed(key: string): boolean {
    if (active >= limit) return false
    return !reservesPermits || (heldByKey.get(key) ?? 0) < limit - active
  }

  function hold(key: string, change: 1 | -1): void {
    active += change
    if (!reservesPermits) return
    const held = (heldByKey.get(key) ?? 0) + change
    if (held === 0) heldByKey.delete(key)
    else heldByKey.set(key, held)
  }

  const semaphore: Semaphore = {
    tryAcquire(key = '') {
      if (!isAllowed(key)) return false
      hold(key, 1)
      return true
    },
    enqueue(waiter, key = '') {
      return waiters.add(key, { key, receive: waiter })
    },
    release(key = '') {
      hold(key, -1)
      while (active < limit) {
        const next = waiters.take(reservesPermits ? isAllowed : undefined)
        if (next === undefined) break
        hold(next.key, 1)
        next.receive()
      }
      if (active > 0) return
      for (const resolve of idleListeners) resolve()
      idleListeners.clear()
    },
    async acquire(signal, key) {
      signal?.throwIfAborted()
      if (!semaphore.tryAcquire(key)) await waitForPermit(semaphore, queueFull, signal, key)
      let released = false
      return () => {
        if (released) return
        released = true
        semaphore.release(key)
      }
    },
    async run(task, signal, key) {
      const release = await semaphore.acquire(signal, key)
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

interface Waiter {
  readonly key: string
  readonly receive: () => void
}

function waitForPermit(
  semaphore: Semaphore,
  queueFull: () => Error,
  signal: AbortSignal | undefined,
  key: string | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      // Once the permit is granted, `leave` returns false and the holder itself must check the signal.
      if (leave?.() === true) reject(signal?.reason)
    }
    const leave = semaphore.enqueue(() => {
      signal?.removeEventListener('abort', abort)
      resolve()
    }, key)
    if (leave === undefined) reject(queueFull())
    else signal?.addEventListener('abort', abort, { once: true })
  })
}
