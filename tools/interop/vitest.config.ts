import { defineConfig } from 'vitest/config'

/** Unlike the workspace's tests, these load what is published: the builds. */
export default defineConfig({
  test: {
    include: ['src/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    server: { deps: { external: [/\/libs\/[^/]+\/dist\//] } },
  },
})
