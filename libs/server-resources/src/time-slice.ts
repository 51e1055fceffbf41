/** A share of the event loop for work that consists of many small steps. */
export interface TimeSlice {
  /** Whether the work should yield now. */
  isOver(): boolean
  /** Lets other work run, then starts another slice. */
  yield(): Promise<void>
}

const sliceMs = 10

/** Starts a slice of 10 ms. Check after each step whether it is over. */
export function createTimeSlice(): TimeSlice {
  let started = performance.now()
  return {
    isOver: () => performance.now() - started > sliceMs,
    async yield() {
      await new Promise((resolve) => setImmediate(resolve))
      started = performance.now()
    },
  }
}
