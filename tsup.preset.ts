import type { Options } from 'tsup'
import { defineConfig } from 'tsup'

/** The build that every library shares: ESM and declarations, one output per public entry point. */
export function library(
  entry: NonNullable<Options['entry']> = ['src/index.ts'],
  options: Pick<Options, 'clean'> = {},
) {
  return defineConfig({
    entry,
    format: 'esm',
    target: 'node22',
    dts: true,
    sourcemap: true,
    splitting: true,
    clean: true,
    // `node:sqlite` does not exist without its prefix.
    removeNodeProtocol: false,
    // Contract suites import it; it is a peer dependency of the package that runs them.
    external: ['vitest'],
    ...options,
  })
}
