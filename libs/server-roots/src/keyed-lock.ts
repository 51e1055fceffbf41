/** Lets the works under one key run one after the other. */
export interface KeyedLock {
  /** Runs `work` when all that came before under any of the keys has ended. */
  run<T>(keys: readonly string[], work: () => Promise<T>): Promise<T>
}

export function createKeyedLock(): KeyedLock {
  const lasts = new Map<string, Promise<void>>()

  return {
    async run(keys, work) {
      const before = keys.map((key) => lasts.get(key) ?? Promise.resolve())
      const { promise: turn, resolve: end } = Promise.withResolvers<void>()
      // All keys are taken in one go, so two works can never wait for each other.
      for (const key of keys) lasts.set(key, turn)
      try {
        await Promise.all(before)
        return await work()
      } finally {
        for (const key of keys) if (lasts.get(key) === turn) lasts.delete(key)
        end()
      }
    },
  }
}
