import { defineConfig } from 'vitest/config'

/** Unlike the tests of the workspace, these tests load the published builds. */
export default defineConfig({
  test: {
    include: ['src/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    server: { deps: { external: [/\/libs\/[^/]+\/dist\//] } },
  },
})
