/** A share of the event loop for work that consists of many small steps. */
export interface TimeSlice {
  /** Whether the work should yield now. */
  isOver(): boolean
  /** Lets other work run, then starts another slice. */
  yield(): Promise<void>
}

// Node, Deno and Bun have it. A timer takes at least 1 ms, which would slow long work by an eighth.
declare const setImmediate: (callback: () => void) => unknown

const sliceMs = 8

/** Starts a slice of 8 ms. Check after each step whether it is over, and yield if so. */
export function createTimeSlice(): TimeSlice {
  let startedAt = performance.now()
  return {
    isOver: () => performance.now() - startedAt >= sliceMs,
    async yield() {
      await new Promise<void>((resolve) => void setImmediate(resolve))
      startedAt = performance.now()
    },
  }
}
