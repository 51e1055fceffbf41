import { defineConfig } from 'tsup'

export default defineConfig({
  entry: ['src/index.ts', 'src/preload.js'],
  format: 'esm',
  target: 'node22',
  dts: { entry: 'src/index.ts' },
  sourcemap: true,
  splitting: true,
  clean: true,
})
