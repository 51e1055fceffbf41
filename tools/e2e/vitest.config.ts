import { mergeConfig } from 'vitest/config'

import { preset } from '../../vitest.preset.ts'

// Two browsers at a time: one uses half of two cores.
export default mergeConfig(preset, {
  test: {
    maxWorkers: 2,
    // The machine of CI suspends browsers for seconds. A test that fails twice is a fault.
    retry: process.env['CI'] === 'true' ? 1 : 0,
    testTimeout: 120_000,
    // The default of one second is too short on a loaded machine.
    expect: { poll: { timeout: 30_000 } },
  },
})
