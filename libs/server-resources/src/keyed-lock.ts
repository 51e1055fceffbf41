/** Runs what belongs to one key one after the other, and gives its result. */
export type KeyedLock = <Result>(key: string, run: () => Promise<Result>) => Promise<Result>

export function createKeyedLock(): KeyedLock {
  const tails = new Map<string, Promise<unknown>>()

  return async (key, run) => {
    const previous = tails.get(key)
    const mine = previous === undefined ? run() : previous.then(run, run)
    tails.set(key, mine)
    try {
      return await mine
    } finally {
      if (tails.get(key) === mine) tails.delete(key)
    }
  }
}
