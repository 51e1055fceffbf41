import { defineConfig } from 'tsup'

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    'pglite-worker': 'src/pglite/pglite-worker.ts',
    'parse-worker': 'src/guard/parse-worker.ts',
    'sqlite-worker': 'src/sqlite/sqlite-worker.ts',
  },
  format: 'esm',
  target: 'node22',
  dts: true,
  sourcemap: true,
  splitting: true,
  clean: true,
  // `node:sqlite` has no name without the prefix.
  removeNodeProtocol: false,
})
