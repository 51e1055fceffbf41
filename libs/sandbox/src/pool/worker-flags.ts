/**
 * Returns the Node flags of a process that runs jobs. Code that escapes an evaluator cannot write files. The
 * caller appends the flags of the option `execArgv`.
 */
export function workerFlags(maxMemoryMb: number): string[] {
  return [
    ...permissionFlags(),
    // Without the property `__proto__`, input data cannot read or replace the prototype of an object.
    '--disable-proto=delete',
    `--max-old-space-size=${maxMemoryMb}`,
  ]
}

/** Returns the flags of all worker processes. With them, code can read files, but not start programs. */
export function permissionFlags(): string[] {
  return [
    '--permission',
    '--allow-fs-read=*',
    // Permits the memory guard, which is a thread of the worker process.
    '--allow-worker',
    '--no-warnings',
    ...inheritedConditions(),
  ]
}

/** Returns the `--conditions` flags of this process. */
function inheritedConditions(): string[] {
  return conditionFlags([...process.execArgv, ...(process.env.NODE_OPTIONS?.split(/\s+/) ?? [])])
}

/**
 * Returns the `--conditions` flags among `flags`. A worker gets those of its parent, so that both resolve
 * packages to the same files.
 */
export function conditionFlags(flags: readonly string[]): string[] {
  return flags.flatMap((flag, index) => {
    const [name, value = flags[index + 1]] = flag.split('=', 2)
    const isCondition = name === '--conditions' || name === '-C'
    return isCondition && value !== undefined ? [`--conditions=${value}`] : []
  })
}
