import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const execute = promisify(execFile)

export interface RunProgramOptions {
  readonly cwd?: string | undefined
  readonly env?: Record<string, string> | undefined
  /** After this it is ended. Default: 30 seconds. */
  readonly timeoutMs?: number | undefined
}

/** Runs a program to its end and resolves with what it printed; an exit code but 0 rejects. */
export async function runProgram(
  command: string,
  parameters: readonly string[],
  { cwd = import.meta.dirname, env = {}, timeoutMs = 30_000 }: RunProgramOptions = {},
): Promise<string> {
  const { stdout } = await execute(command, parameters, {
    cwd,
    timeout: timeoutMs,
    env: { ...process.env, ...env },
    maxBuffer: 16 * 1024 * 1024,
  })
  return stdout
}
