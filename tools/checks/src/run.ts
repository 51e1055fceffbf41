import { spawnSync } from 'node:child_process'

export interface RunResult {
  readonly ok: boolean
  /** Standard output and standard error of the program. */
  readonly output: string
}

export interface RunOptions {
  readonly cwd: string
  /** Maximum run time, in milliseconds. Default: two minutes. */
  readonly timeoutMs?: number | undefined
}

/** Runs a program to its end. */
export function run(
  command: string,
  parameters: readonly string[],
  { cwd, timeoutMs = 120_000 }: RunOptions,
): RunResult {
  const result = spawnSync(command, parameters, { cwd, timeout: timeoutMs, encoding: 'utf8' })
  const failure = result.error === undefined ? '' : `\n${result.error.message}`
  return { ok: result.status === 0, output: `${result.stdout}${result.stderr}${failure}`.trim() }
}
