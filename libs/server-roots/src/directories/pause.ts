import { setImmediate } from 'node:timers/promises'

const sliceMs = 8

/** A function to await in a long loop: it lets others have the event loop when it had it for long. */
export function createPause(): () => Promise<void> {
  let since = performance.now()
  return async () => {
    if (performance.now() - since < sliceMs) return
    await setImmediate()
    since = performance.now()
  }
}
