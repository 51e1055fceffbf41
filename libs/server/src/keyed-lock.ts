/** Lets the works under one key run one after the other. */
export interface KeyedLock {
  /**
   * Runs `work` when all that came before under any of the keys has ended, well or badly. It never
   * begins where `signal` aborted before its turn. A work must not wait for another one of its own lock.
   */
  run<Result>(
    keys: readonly string[],
    work: () => Promise<Result>,
    signal?: AbortSignal,
  ): Promise<Result>
}

export function createKeyedLock(): KeyedLock {
  const lasts = new Map<string, Promise<void>>()

  return {
    async run(keys, work, signal) {
      const before = keys.flatMap((key) => lasts.get(key) ?? [])
      const { promise: turn, resolve: end } = Promise.withResolvers<void>()
      // All keys are taken in one go, so two works can never wait for each other.
      for (const key of keys) lasts.set(key, turn)
      try {
        await Promise.all(before)
        signal?.throwIfAborted()
        return await work()
      } finally {
        for (const key of keys) if (lasts.get(key) === turn) lasts.delete(key)
        end()
      }
    },
  }
}
