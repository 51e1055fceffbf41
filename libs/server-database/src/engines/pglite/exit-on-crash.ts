import type { PGlite } from '@electric-sql/pglite'

/** Exit code of a thread whose WebAssembly failed, in practice because its stack was full. */
export const crashExitCode = 79

/**
 * Ends this thread if PostgreSQL itself crashes. PGlite ignores the exception of a crash, and the current
 * or the next statement then never ends. A failed statement is not a crash.
 */
export function exitOnCrash(database: PGlite): void {
  const { Module: wasm } = database
  const run: unknown = Reflect.get(wasm, '_PostgresMainLoopOnce')
  if (typeof run !== 'function') return
  Reflect.set(wasm, '_PostgresMainLoopOnce', () => {
    try {
      Reflect.apply(run, wasm, [])
    } catch (error) {
      if (error instanceof RangeError || error instanceof WebAssembly.RuntimeError) {
        process.exit(crashExitCode)
      }
      throw error
    }
  })
}
