import { basename } from 'node:path'

import type { Metafile } from 'esbuild'

/** The programs that the servers start as worker processes or threads. */
const workers = [
  '@mcp/server-database/parse-worker',
  '@mcp/server-database/pglite-worker',
  '@mcp/server-database/sqlite-worker',
  '@mcp/server-internet/worker',
  '@mcp/server-prompts/worker',
  '@mcp/server-roots/worker',
  '@mcp/server-sampling/worker',
  '@mcp/server-tools/worker',
]

/** The entries of the bundle for the workers, by name. */
export const workerEntries: Readonly<Record<string, string>> = Object.fromEntries(
  workers.map((specifier) => [nameOf(specifier), specifier]),
)

/**
 * Makes the code of a bundle start the workers in the bundle. From its sources, a worker needs three times
 * the CPU time until it is ready, and twice the memory.
 */
export function withBundledWorkers(code: string, { outputs }: Metafile): string {
  const files = Object.keys(outputs).map((path) => basename(path))
  return code.replaceAll(
    /import\.meta\.resolve\("(@mcp\/[\w/-]+)"\)/g,
    (call, specifier: string) => {
      const file = files.find((name) => name.startsWith(`${nameOf(specifier)}-`))
      return file === undefined ? call : `new URL("./${file}",import.meta.url).href`
    },
  )
}

/** Returns the name of a worker, such as `server-tools.worker`. */
function nameOf(specifier: string): string {
  return specifier.replace('@mcp/', '').replace('/', '.')
}
