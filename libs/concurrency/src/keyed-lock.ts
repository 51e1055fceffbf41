/** Runs tasks that share a key one after the other. */
export interface KeyedLock {
  /**
   * Runs `task` after all earlier tasks that share one of `keys` have settled. The task never starts
   * if `signal` is aborted before its turn. A task must not wait for another task of the same lock,
   * because that could be a deadlock.
   */
  run<Result>(
    keys: readonly string[],
    task: () => Promise<Result>,
    signal?: AbortSignal,
  ): Promise<Result>
}

/** Creates a lock whose keys exist only while a task holds or awaits them. */
export function createKeyedLock(): KeyedLock {
  const tails = new Map<string, Promise<void>>()

  return {
    async run(keys, task, signal) {
      const earlier = keys.flatMap((key) => tails.get(key) ?? [])
      const { promise: settled, resolve: settle } = Promise.withResolvers<void>()
      // All keys are taken in the same tick, so two tasks can never wait for each other.
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
