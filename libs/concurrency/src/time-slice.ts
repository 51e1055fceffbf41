/** A time limit for work that consists of many small steps, so that it does not block the event loop. */
export interface TimeSlice {
  /** Whether the work should yield now. */
  isOver(): boolean
  /** Lets the event loop run other work, then starts another slice. */
  yield(): Promise<void>
}

// Node, Deno and Bun have `setImmediate`. A timer waits at least 1 ms, which is an eighth of a slice, so only
// browsers use it.
declare const setImmediate: ((callback: () => void) => unknown) | undefined
declare const setTimeout: (callback: () => void) => unknown

const runLater = typeof setImmediate === 'function' ? setImmediate : setTimeout

/** Starts a slice. After each step of the work, call `isOver()`; if it returns true, await `yield()`. */
export function createTimeSlice(sliceMs = 8): TimeSlice {
  let startedAt = performance.now()
  return {
    isOver: () => performance.now() - startedAt >= sliceMs,
    async yield() {
      await new Promise<void>((resolve) => void runLater(resolve))
      startedAt = performance.now()
    },
  }
}
