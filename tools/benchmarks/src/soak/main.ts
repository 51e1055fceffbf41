import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs, promisify } from 'node:util'

import { median } from '../statistics.ts'
import { workloads } from './workloads.ts'

/**
 * Checks that the memory of a server does not grow over 100,000 calls, or over 4,000 with `--quick`. The
 * first quarter of the calls is the warm-up. The growth is the difference between the second and the last
 * quarter. Names after the options select servers.
 */
const { values, positionals } = parseArgs({
  options: { quick: { type: 'boolean', default: false } },
  allowPositionals: true,
})
const calls = values.quick ? 4_000 : 100_000
const names = positionals.length > 0 ? positionals : Object.keys(workloads)
const maxGrowth = { share: 0.05, bytes: 2 * 1024 * 1024 }

for (const name of names) {
  const started = performance.now()
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--expose-gc',
    '--conditions=@mcp/source',
    join(import.meta.dirname, 'side.ts'),
    name,
    String(calls),
  ])
  const samples = stdout.trim().split('\n').map(Number)
  const quarter = samples.length / 4
  // Medians are used, because weak references may not have been collected yet at a single sample.
  const early = median(samples.slice(quarter, 2 * quarter))
  const late = median(samples.slice(3 * quarter))
  const grew = late - early
  const isFlat = grew <= Math.max(maxGrowth.bytes, early * maxGrowth.share)
  if (!isFlat) process.exitCode = 1
  const seconds = ((performance.now() - started) / 1000).toFixed(0)
  const verdict = isFlat ? 'flat' : 'it grows'
  console.log(
    `${name.padEnd(10)}${calls} calls in ${seconds} s: ${mebibytes(early)} MiB, later ${mebibytes(late)} MiB: ${verdict}`,
  )
}

function mebibytes(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(1)
}
