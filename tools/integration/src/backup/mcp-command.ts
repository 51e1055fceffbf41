import { resolve } from 'node:path'

const program = resolve(import.meta.dirname, '../../../../apps/cli/src/main.ts')

/** The command line of `mcp` from its sources. */
export const mcpCommand: readonly string[] = [
  process.execPath,
  '--conditions=@mcp/source',
  '--import',
  import.meta.resolve('@mcp/node/preload'),
  program,
]
