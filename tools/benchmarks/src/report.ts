import { cpus } from 'node:os'

/** One row of the table. */
export interface Row {
  readonly what: string
  readonly goal: string
  readonly measured: string
  readonly isMet: boolean
  /** The absolute figures behind a ratio. */
  readonly figures: string
}

/** Returns the benchmark page as Markdown. */
export function writeReport(rows: readonly Row[], date: string): string {
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}`
  return `# Benchmarks

Written by \`npm run bench\` on ${date}: ${machine}, Node ${process.versions.node}.

Absolute figures vary with the machine, so each goal is a ratio if there is something to compare with: both
sides run alternately, in processes of their own, and the ratio is the median of the pairs. The *raw echo*
is \`node:http\` that parses a JSON body of 500 bytes and writes a JSON response; the *raw proxy* forwards the
same bytes to the echo through undici's \`Pool.dispatch\`. 32 connections, each response checked.
With a round trip to Redis, both read a hash for a read-only request; for a recorded one, they claim a key before
the response and write it afterwards, through the same client for Redis with the same settings. Redis runs on the
same cores. An optional part is compared with the same program without it, in one process.

| subject | goal | measured | met | figures |
| --- | --- | --- | --- | --- |
${rows.map(({ what, goal, measured, isMet, figures }) => `| ${what} | ${goal} | ${measured} | ${goal === 'none' ? '–' : isMet ? 'yes' : '**no**'} | ${figures} |`).join('\n')}

## Where the time goes

In one process, most of the cost beyond the echo is the work of the protocol: reading the body within its
limits, parsing and validating the envelope, writing the response; then, about a microsecond each, the
look-up and touch of the session, the stages of the dispatcher, and the tool.

With two processes, the session manager reads, validates and writes each response of the server again, and
the server does the same with the request, while the floor forwards bytes. Passing the bytes of an
authenticated server through unchanged would close most of that gap.

A \`tools/call\` of an MCP client goes through the same stages as a request of the own protocol, and is
translated twice. Of its CPU time in a profile, about a quarter is the write to the socket, a third is Node's
HTTP, and a third is code of this project.

From its sources, the hub reads a few hundred files at startup. \`npm start\` bundles them into a few files if
they have changed, which takes about a second, and runs the bundle.

\`npm run bench:quick\` runs each for about a second, to check the responses, not the figures.
`
}
