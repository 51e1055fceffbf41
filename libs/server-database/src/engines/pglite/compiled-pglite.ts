import { readFile } from 'node:fs/promises'

let compiled: Promise<WebAssembly.Module | undefined> | undefined

/**
 * Keeps the compiled WebAssembly of PGlite in this process. V8 shares the code of a module between threads as
 * long as one thread holds the module. Otherwise, each thread that replaces another one would compile PGlite
 * again, for which V8 uses hundreds of MiB.
 */
export function keepCompiledPglite(): void {
  const url = new URL('pglite.wasm', import.meta.resolve('@electric-sql/pglite'))
  // Without the module, threads only start more slowly.
  compiled ??= readFile(url)
    .then((bytes) => WebAssembly.compile(new Uint8Array(bytes)))
    .catch(() => undefined)
}
