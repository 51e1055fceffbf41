/** Lets the works under one key run one after the other. */
export interface KeyedLock {
  /** Runs `work` when all that came before under any of the keys has ended. */
  run<T>(keys: readonly string[], work: () => Promise<T>): Promise<T>
}

export function createKeyedLock(): KeyedLock {
  const lasts = new Map<string, Promise<unknown>>()

  return {
    run(keys, work) {
      // All keys are taken in one go, so two works can never wait for each other.
      const before = keys.map((key) => lasts.get(key) ?? Promise.resolve())
      const ended = Promise.all(before).then(work)
      const settled = ended.then(
        () => {},
        () => {},
      )
      for (const key of keys) lasts.set(key, settled)
      void settled.then(() => {
        for (const key of keys) if (lasts.get(key) === settled) lasts.delete(key)
      })
      return ended
    },
  }
}
