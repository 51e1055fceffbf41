import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Runs a program of this folder in a process of its own, and returns the JSON that it prints. */
export async function runProgram(
  name: string,
  parameters: readonly (string | number)[],
): Promise<unknown> {
  const path = fileURLToPath(new URL(name, import.meta.url))
  const { stdout } = await run(
    process.execPath,
    ['--conditions=@mcp/source', path, ...parameters.map(String)],
    { maxBuffer: 16 * 1024 * 1024 },
  )
  return JSON.parse(stdout)
}
