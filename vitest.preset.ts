import { resolve } from 'node:path'

import { defineConfig, mergeConfig } from 'vitest/config'

// Not `module`: Node does not set it, and packages have files for bundlers under it.
const conditions = ['@mcp/source', 'node', 'import', 'default']

/** What every package's tests share: sources instead of builds, and a hard stop for whatever hangs. */
export const preset = defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['src/**/*.test.ts'],
    setupFiles: [resolve(import.meta.dirname, 'vitest.setup.ts')],
    testTimeout: 20_000,
    hookTimeout: 20_000,
    // The default of a second is too short on a busy machine.
    expect: { poll: { timeout: 10_000 } },
    execArgv: ['--conditions=@mcp/source'],
  },
})

/**
 * For packages whose tests change nothing that outlives a file: no module mock, no environment variable,
 * no listener of the process. Their files share one process, which halves the CPU time.
 */
export const sharedProcess = mergeConfig(preset, { test: { isolate: false } })
