import { execFile, spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'

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

const defaultTimeoutMs = 120_000

/** Runs a program to its end. */
export function run(
  command: string,
  parameters: readonly string[],
  { cwd, timeoutMs = defaultTimeoutMs }: RunOptions,
): RunResult {
  const result = spawnSync(command, parameters, { cwd, timeout: timeoutMs, encoding: 'utf8' })
  const failure = result.error === undefined ? '' : `\n${result.error.message}`
  return { ok: result.status === 0, output: `${result.stdout}${result.stderr}${failure}`.trim() }
}

/** Runs a program to its end without blocking, so that other programs can run at the same time. */
export function runBeside(
  command: string,
  parameters: readonly string[],
  { cwd, timeoutMs = defaultTimeoutMs }: RunOptions,
): Promise<RunResult> {
  return new Promise((resolve) => {
    const options = { cwd, timeout: timeoutMs, maxBuffer: Infinity }
    execFile(command, parameters, options, (error, stdout, stderr) => {
      const failure = error === null || error.code !== undefined ? '' : `\n${error.message}`
      resolve({ ok: error === null, output: `${stdout}${stderr}${failure}`.trim() })
    })
  })
}

/** Runs a task for each item, as many at the same time as there are processors. Keeps the order. */
export async function mapInParallel<Item, Result>(
  items: readonly Item[],
  task: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = []
  const queue = items.entries()
  const work = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await task(item)
  }
  await Promise.all(Array.from({ length: availableParallelism() }, work))
  return results
}
