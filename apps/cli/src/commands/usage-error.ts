/** Exit code of a command line that is not valid. */
const usageErrorCode = 2

/** Prints the problem of a command line and ends the process. */
export function exitWithUsageError(problem: string, command = ''): never {
  const name = `mcp ${command}`.trim()
  process.stderr.write(`${name}: ${problem} Try ${name} --help.\n`)
  process.exit(usageErrorCode)
}
