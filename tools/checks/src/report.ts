/** Ends a check: prints its problems and sets exit code 1, or prints one line of success. */
export function report(check: string, problems: readonly string[], checked: string): void {
  if (problems.length === 0) {
    console.log(`${check}: ${checked}, no problem`)
    return
  }
  for (const problem of problems) console.error(`${check}: ${problem}`)
  console.error(`${check}: ${problems.length} problems`)
  process.exitCode = 1
}
