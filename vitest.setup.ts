import { vi } from 'vitest'

const { waitFor } = vi

/**
 * Waits up to 10 s by default, instead of 1 s: on a busy machine the first import of a library or the
 * start of a process takes longer than a second, which is not what these tests check.
 */
const waitLonger: typeof waitFor = (callback, options = {}) =>
  waitFor(callback, {
    timeout: 10_000,
    ...(typeof options === 'number' ? { timeout: options } : options),
  })

// Files that share a process run this repeatedly.
if (waitFor.name !== waitLonger.name) vi.waitFor = waitLonger
