import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { promisify } from 'node:util'

import { remoteServer } from '@mcp/dispatcher/node'

import { clientScenarios, runClientSuite } from './client-suite.ts'
import { countChecks, findRegressions } from './compare.ts'
import { createFixture } from './fixture/create-fixture.ts'
import { formatClientReport, formatReport } from './report.ts'
import type { Result } from './report.ts'
import type { RunningProgram } from './start-program.ts'
import { startProgram } from './start-program.ts'
import { startSystem } from './start-system.ts'
import { startWithHttpUpstream, startWithStdioUpstream } from './start-upstream.ts'
import type { Checks, Revision } from './suite.ts'
import { installSuite, revisions, runSuite, scoredScenarios } from './suite.ts'

/**
 * Runs the official conformance suite against the SDK alone and against `/mcp`, compares the results check by
 * check, and writes `docs/conformance.md`. Also runs the suite for clients against the connections to
 * upstream servers. Exits with 1 if a scored scenario fails, or if a check that passes with the SDK alone
 * does not pass with `/mcp`.
 */
const root = resolve(import.meta.dirname, '../../..')
const page = resolve(root, 'docs/conformance.md')
const introduction = `# Conformance

Checks of the [official conformance suite](https://www.npmjs.com/package/@modelcontextprotocol/conformance) that pass, by scenario. \`npm run conformance\` writes this page.

A server of the official SDK is the reference. What passes there passes with \`/mcp\` too, whether the server behind it is one of this system, or the same server of the SDK as a standard MCP server over HTTP or stdio. There is one exception that is not scored: the server of the SDK closes the stream of a call before its result, and servers of this system do not. The scenarios of the tasks extension fail because no server here has this extension.

The last table shows the scenarios for clients: the suite is the server, and a program with an upstream connection to it is the client. In the scenarios of authorization, the program also plays the person who logs in.

`
const direct = 'SDK alone'

const systems: Readonly<Record<string, () => Promise<RunningProgram>>> = {
  [direct]: () => startProgram(resolve(root, 'tools/interop/src/sdk-server/main.ts')),
  '/mcp, one process': () => startSystem(createFixture()),
  '/mcp, server in its own process': startWithRemoteServer,
  '/mcp, SDK behind it over HTTP': startWithHttpUpstream,
  '/mcp, SDK behind it over stdio': startWithStdioUpstream,
}

await installSuite()
const results: Result[] = []
for (const revision of revisions) results.push(await runRevision(revision))
const clientResults = new Map<Revision, Checks>()
for (const revision of revisions) clientResults.set(revision, await runClientSuite(revision))

const report = `${formatReport(results)}\n${formatClientReport(clientResults)}`
console.log(report)
writeFileSync(page, `${introduction}${report}`)
await promisify(execFile)('npx', ['oxfmt', page], { cwd: root })

const clientProblems = Array.from(clientResults, ([revision, run]) =>
  failedScenarios(clientScenarios(revision), run).map(
    (scenario) => `${revision}, client: ${scenario}: failed`,
  ),
).flat()
const problems = [...results.flatMap(findProblems), ...clientProblems]
for (const problem of problems) console.error(problem)
if (problems.length > 0) process.exitCode = 1

async function startWithRemoteServer(): Promise<RunningProgram> {
  const fixture = await startProgram(resolve(import.meta.dirname, 'fixture-main.ts'))
  const server = remoteServer({ name: 'conformance', url: fixture.url })
  const system = await startSystem(server)
  return {
    url: system.url,
    async stop() {
      await system.stop()
      await server.close()
      await fixture.stop()
    },
  }
}

async function runRevision(revision: Revision): Promise<Result> {
  const runs = new Map<string, Checks>()
  for (const [name, start] of Object.entries(systems)) {
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
  const reference = runs.get(direct) ?? new Map()
  return Array.from(runs, ([name, run]) => {
    const failed = failedScenarios(scored, run)
    return [
      ...failed.map((scenario) => `${scenario}: failed`),
      ...findRegressions(reference, run),
    ].map((problem) => `${revision}, ${name}: ${problem}`)
  }).flat()
}

function failedScenarios(scored: readonly string[], run: Checks): string[] {
  return scored.filter((scenario) => {
    const { passed, failed } = countChecks(run.get(scenario) ?? [])
    return passed === 0 || failed > 0
  })
}
