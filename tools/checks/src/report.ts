/** Ends a check: prints what is wrong and exits 1, or says in one line that all is well. */
export function report(check: string, problems: readonly string[], checked: string): void {
  if (problems.length === 0) {
    console.log(`${check}: ${checked}, no problem`)
    return
  }
  for (const problem of problems) console.error(`${check}: ${problem}`)
  console.error(`${check}: ${problems.length} problems`)
  process.exitCode = 1
}
