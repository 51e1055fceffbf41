import { cpus } from 'node:os'

/** One row of the table: what was measured, what it should be, and what it was. */
export interface Row {
  readonly what: string
  readonly goal: string
  readonly measured: string
  readonly isMet: boolean
  /** The absolute figures behind a ratio. */
  readonly figures: string
}

/** The page that says what the system costs. */
export function writeReport(rows: readonly Row[], date: string): string {
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}`
  return `# Benchmarks

Written by \`npm run bench\` on ${date}: ${machine}, Node ${process.versions.node}.

Absolute figures wander with the machine, so a goal is a ratio wherever there is something to compare
with: both sides run in turn, in processes of their own, and the ratio is the median of the pairs. The
*raw echo* is \`node:http\` that parses a JSON body of 500 bytes and writes a JSON answer; the *raw
proxy* passes the same bytes to the echo through undici's \`Pool.dispatch\`. 32 connections, each answer
checked.

| what | goal | measured | met | figures |
| --- | --- | --- | --- | --- |
${rows.map(({ what, goal, measured, isMet, figures }) => `| ${what} | ${goal} | ${measured} | ${isMet ? 'yes' : '**no**'} | ${figures} |`).join('\n')}

\`npm run bench:quick\` runs each for about a second, for right answers and not for figures.
`
}
