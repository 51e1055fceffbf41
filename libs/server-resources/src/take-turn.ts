/** A turn on the event loop, for work that comes in many small steps. */
export interface Turn {
  /** Whether others have waited long enough. */
  isOver(): boolean
  /** Lets the others work, then begins another turn. */
  next(): Promise<void>
}

const turnMs = 10

/** Begins a turn: ask after each step whether it is over. */
export function takeTurn(): Turn {
  let started = performance.now()
  return {
    isOver: () => performance.now() - started > turnMs,
    async next() {
      await new Promise((resolve) => setImmediate(resolve))
      started = performance.now()
    },
  }
}
