/** Runs what has the same key one after another, in the order of asking. */
export type Turns = <Result>(key: string, run: () => Promise<Result>) => Promise<Result>

/** Creates turns that nobody waits in yet. */
export function createTurns(): Turns {
  const last = new Map<string, Promise<unknown>>()

  return async (key, run) => {
    const before = last.get(key) ?? Promise.resolve()
    const turn = before.then(run, run)
    last.set(key, turn)
    try {
      return await turn
    } finally {
      if (last.get(key) === turn) last.delete(key)
    }
  }
}
