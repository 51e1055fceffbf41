import { defineConfig } from 'vitest/config'

import { preset } from '../../vitest.preset.ts'

/**
 * Files that measure times or memory, or take all processors, so that another file beside them could change
 * the result.
 */
const measuring = [
  'src/chaos.test.ts',
  'src/fair-shares.test.ts',
  'src/faults.test.ts',
  'src/large-bodies.test.ts',
  'src/load/*.test.ts',
  'src/mcp/shutdown.test.ts',
  'src/one-caller.test.ts',
  'src/replicas/replica-limits.test.ts',
  'src/shutdown.test.ts',
  'src/upstream/http-faults.test.ts',
  'src/upstream/many-upstreams.test.ts',
]

// The other files wait for processes most of the time, so three at a time use two cores.
export default defineConfig({
  test: {
    projects: [
      {
        ...preset,
        test: {
          ...preset.test,
          name: 'parallel',
          exclude: measuring,
          maxWorkers: 3,
          sequence: { groupOrder: 0 },
        },
      },
      {
        ...preset,
        test: {
          ...preset.test,
          name: 'measuring',
          include: measuring,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
