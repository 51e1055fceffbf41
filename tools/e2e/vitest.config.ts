import { mergeConfig } from 'vitest/config'

import { preset } from '../../vitest.preset.ts'

// One browser at a time, because the machine that runs the tests may have two cores.
export default mergeConfig(preset, {
  test: {
    fileParallelism: false,
    testTimeout: 60_000,
    // The default of a second is shorter than what a loaded machine takes.
    expect: { poll: { timeout: 15_000 } },
  },
})
