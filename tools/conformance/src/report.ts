import { countChecks } from './compare.ts'
import type { Check, Checks, Revision } from './suite.ts'

/** The results of one requirement set. */
export interface Result {
  readonly revision: Revision
  readonly scored: readonly string[]
  /** The checks, by the name of the system under test. */
  readonly runs: ReadonlyMap<string, Checks>
}

/** Returns the results as Markdown: one table for each requirement set. */
export function formatReport(results: readonly Result[]): string {
  return results.map(formatResult).join('\n')
}

/** Returns the results of the scenarios for clients as one table in Markdown. */
export function formatClientReport(results: ReadonlyMap<Revision, Checks>): string {
  const rows = Array.from(results, ([revision, run]) =>
    Array.from(run, ([name, checks]) => `| ${name} | ${revision} | ${cell(checks)} |`),
  ).flat()
  const head = '| scenario | revision | upstream connection |\n| --- | --- | --- |'
  return `## Clients\n\n${head}\n${rows.join('\n')}\n`
}

function formatResult({ revision, scored, runs }: Result): string {
  const names = Array.from(runs.keys())
  const all = Array.from(runs.values())
  const scenarios = Array.from(new Set(all.flatMap((run) => Array.from(run.keys()))))
  const rows = scenarios
    .toSorted((first, second) => rank(scored, first) - rank(scored, second))
    .map((name) =>
      [name, scored.includes(name) ? 'yes' : 'no'].concat(
        all.map((run) => cell(run.get(name) ?? [])),
      ),
    )
  const total = ['**all**', '', ...all.map((run) => cell(Array.from(run.values()).flat()))]
  const lines = [
    ['scenario', 'scored', ...names],
    ['---', '---', ...names.map(() => '---')],
    ...rows,
    total,
  ].map((cells) => `| ${cells.join(' | ')} |`)
  return `## Revision ${revision}\n\n${lines.join('\n')}\n`
}

/** Position in the requirement set. The scenarios that are not scored come last, by name. */
function rank(scored: readonly string[], name: string): number {
  const index = scored.indexOf(name)
  return index === -1 ? scored.length : index
}

function cell(checks: readonly Check[]): string {
  const { passed, failed } = countChecks(checks)
  return `${passed} of ${passed + failed}`
}
