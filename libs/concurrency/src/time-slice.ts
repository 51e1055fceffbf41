/** A limited time for work of many small steps, so that it does not block the event loop. */
export interface TimeSlice {
  /** Whether the work should yield now. */
  isOver(): boolean
  /** Lets other work run, then starts another slice. */
  yield(): Promise<void>
}

// Node, Deno and Bun have setImmediate. A timer would wait at least 1 ms, an eighth of each slice.
declare const setImmediate: (callback: () => void) => unknown

/** Starts a slice of 8 ms. Check after each step whether it is over, and yield if so. */
export function createTimeSlice(sliceMs = 8): TimeSlice {
  let startedAt = performance.now()
  return {
    isOver: () => performance.now() - startedAt >= sliceMs,
    async yield() {
      await new Promise<void>((resolve) => void setImmediate(resolve))
      startedAt = performance.now()
    },
  }
}
