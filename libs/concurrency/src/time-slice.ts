/** A time limit for work that consists of many small steps, so that it does not block the event loop. */
export interface TimeSlice {
  /** Whether the work should yield now. */
  isOver(): boolean
  /** Lets the event loop run other work, then starts another slice. */
  yield(): Promise<void>
}

// Node, Deno and Bun have `setImmediate`. A timer is not used, because it waits at least 1 ms, which is an
// eighth of a slice.
declare const setImmediate: (callback: () => void) => unknown

/** Starts a slice. After each step of the work, call `isOver()`; if it returns true, await `yield()`. */
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
