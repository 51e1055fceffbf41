import { resolve } from 'node:path'

import { countChecks, findRegressions } from './compare.ts'
import { formatReport } from './report.ts'
import type { Result } from './report.ts'
import { startProgram } from './start-program.ts'
import type { Checks, Revision } from './suite.ts'
import { revisions, runSuite, scoredScenarios } from './suite.ts'

/**
 * Runs the official conformance suite against a server of the official SDK, and prints the results.
 * They are the reference for servers of this system.
 */
const root = resolve(import.meta.dirname, '../../..')
const fixtures = {
  'SDK alone': () => startProgram(resolve(root, 'tools/interop/src/sdk-server/main.ts')),
}

const results: Result[] = []
for (const revision of revisions) results.push(await runRevision(revision))

const report = formatReport(results)
console.log(report)
const problems = results.flatMap(findProblems)
for (const problem of problems) console.error(problem)
if (problems.length > 0) process.exitCode = 1

async function runRevision(revision: Revision): Promise<Result> {
  const runs = new Map<string, Checks>()
  for (const [name, start] of Object.entries(fixtures)) {
    const program = await start()
    try {
      runs.set(name, await runSuite(program.url, revision))
    } finally {
      await program.stop()
    }
  }
  return { revision, scored: scoredScenarios(revision), runs }
}

function findProblems({ revision, scored, runs }: Result): string[] {
  const direct = runs.get('SDK alone') ?? new Map()
  return Array.from(runs, ([name, run]) => {
    const failed = scored.filter((scenario) => {
      const { passed, failed: failures } = countChecks(run.get(scenario) ?? [])
      return passed === 0 || failures > 0
    })
    return [
      ...failed.map((scenario) => `${scenario}: failed`),
      ...findRegressions(direct, run),
    ].map((problem) => `${revision}, ${name}: ${problem}`)
  }).flat()
}
