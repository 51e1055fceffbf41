/** What a worker process is started with, before what the options add. */
export function workerFlags(memoryMb: number): string[] {
  return [
    // Whatever escapes an evaluator can read, but neither write files nor start programs.
    // `--allow-worker` is for the memory guard, a thread of the process.
    '--permission',
    '--allow-fs-read=*',
    '--allow-worker',
    '--no-warnings',
    `--max-old-space-size=${memoryMb}`,
    ...conditionFlags([...process.execArgv, ...(process.env.NODE_OPTIONS?.split(/\s+/) ?? [])]),
  ]
}

/** The `--conditions` among the flags of this process: a worker must resolve packages the same way. */
export function conditionFlags(flags: readonly string[]): string[] {
  return flags.flatMap((flag, index) => {
    const [name, value = flags[index + 1]] = flag.split('=', 2)
    const isCondition = name === '--conditions' || name === '-C'
    return isCondition && value !== undefined ? [`--conditions=${value}`] : []
  })
}
