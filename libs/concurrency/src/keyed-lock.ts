/** Runs tasks that share a key one after the other. */
export interface KeyedLock {
  /**
   * Runs `task` after all earlier tasks that share one of `keys` have settled. If `signal` is aborted
   * by then, `task` does not start and the promise rejects. A task must not wait for another task of
   * the same lock, because the two tasks could wait for each other forever.
   */
  run<Result>(
    keys: readonly string[],
    task: () => Promise<Result>,
    signal?: AbortSignal,
  ): Promise<Result>
}

/** Creates a lock. It stores a key only while a task holds the key or waits for it. */
export function createKeyedLock(): KeyedLock {
  const tails = new Map<string, Promise<void>>()

  return {
    async run(keys, task, signal) {
      const earlier = keys.flatMap((key) => tails.get(key) ?? [])
      const { promise: settled, resolve: settle } = Promise.withResolvers<void>()
      // All keys are claimed synchronously, so a task waits only for earlier tasks, never for later ones.
      for (const key of keys) tails.set(key, settled)
      try {
        await Promise.all(earlier)
        signal?.throwIfAborted()
        return await task()
      } finally {
        for (const key of keys) if (tails.get(key) === settled) tails.delete(key)
        settle()
      }
    },
  }
}
