import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'

export interface RunProgramOptions {
  readonly cwd?: string | undefined
  readonly env?: Record<string, string> | undefined
  /**
   * Maximum run time of the program, in milliseconds. After this time, the program is killed. Default: one
   * minute.
   */
  readonly timeoutMs?: number | undefined
}

/** Runs a program to its end. Resolves with its output, or rejects if its exit code is not 0. */
export async function runProgram(
  command: string,
  parameters: readonly string[],
  { cwd = import.meta.dirname, env = {}, timeoutMs: timeout = 60_000 }: RunProgramOptions = {},
): Promise<string> {
  const child = spawn(command, parameters, {
    cwd,
    timeout,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = new Promise<number | null>((onEnd, onFailure) => {
    child.once('error', onFailure)
    child.once('close', onEnd)
  })
  const [code, printed, errors] = await Promise.all([ended, text(child.stdout), text(child.stderr)])
  if (code === 0) return printed
  throw new Error(`${command} ended with ${code}:\n${printed}${errors}`)
}
