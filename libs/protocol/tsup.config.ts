import { defineConfig } from 'tsup'

export default defineConfig({
  entry: ['src/index.ts', 'src/contracts/*.ts', '!src/contracts/*.test.ts'],
  format: 'esm',
  target: 'node22',
  dts: true,
  sourcemap: true,
  splitting: true,
  clean: true,
})
