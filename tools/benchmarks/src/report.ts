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

## Where the time goes

In process, most of what a request costs beyond the echo is the protocol's own work: reading the body
within its limits, parsing and checking the envelope, writing the answer; then, a microsecond or so
each, the session's look-up and touch, the dispatcher's guards, and the tool.

In two processes the session manager reads, checks and writes anew each answer of the server, and the
server does the same with the request, where the floor passes bytes. Passing on the bytes of a server
that proved itself is what would close most of that gap.

From its sources, the hub reads a few hundred files at its start and keeps them compiled in a cache for
the next one. \`npm run build\` makes one bundle of it; \`npm run serve:built -w @mcp/hub-app\` starts that.

\`npm run bench:quick\` runs each for about a second, for right answers and not for figures.
`
}
