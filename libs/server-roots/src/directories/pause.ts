import { setImmediate } from 'node:timers/promises'

const sliceMs = 8

/** Creates a function to await in a long loop. It yields to the event loop after each 8 ms. */
export function createPause(): () => Promise<void> {
  let since = performance.now()
  return async () => {
    if (performance.now() - since < sliceMs) return
    await setImmediate()
    since = performance.now()
  }
}
