/** Returns the flags of Node for a worker process, without those of the option `execArgv`. */
export function workerFlags(maxMemoryMb: number): string[] {
  return [
    // Code that escapes an evaluator can read files, but neither write them nor start programs.
    // `--allow-worker` is for the memory guard, a thread of the worker process.
    '--permission',
    '--allow-fs-read=*',
    '--allow-worker',
    '--no-warnings',
    // Data cannot read or replace the prototype of an object under the key `__proto__`.
    '--disable-proto=delete',
    `--max-old-space-size=${maxMemoryMb}`,
    ...inheritedConditions(),
  ]
}

/** Returns the `--conditions` of this process. */
export function inheritedConditions(): string[] {
  return conditionFlags([...process.execArgv, ...(process.env.NODE_OPTIONS?.split(/\s+/) ?? [])])
}

/** Returns the `--conditions` among `flags`: a worker must resolve packages as its parent does. */
export function conditionFlags(flags: readonly string[]): string[] {
  return flags.flatMap((flag, index) => {
    const [name, value = flags[index + 1]] = flag.split('=', 2)
    const isCondition = name === '--conditions' || name === '-C'
    return isCondition && value !== undefined ? [`--conditions=${value}`] : []
  })
}
