import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Comparison, CompareOptions } from './compare.ts'
import { compare, mergeComparisons } from './compare.ts'
import { openSession } from './open-session.ts'
import { openStreams } from './open-streams.ts'
import { startSide } from './side.ts'

export type Watchers = 0 | 1

/**
 * Compares read-only requests to a hub that records activity with requests to a hub that does not, both in
 * one process. Repeats the comparison in several processes, because its result differs by up to 15 % between
 * two processes: each process compiles and places its code anew.
 */
export async function measureActivity(
  watchers: Watchers,
  processes: number,
  options: CompareOptions,
): Promise<Comparison> {
  const comparisons: Comparison[] = []
  for (let each = 0; each < processes; each++) {
    comparisons.push(await measureProcess(watchers, options))
  }
  return mergeComparisons(comparisons)
}

async function measureProcess(watchers: Watchers, options: CompareOptions): Promise<Comparison> {
  const folder = await mkdtemp(join(tmpdir(), 'mcp-bench-'))
  const side = await startSide('activity', [folder])
  try {
    const without = { ...side, port: await side.order('portWithout') }
    const session = await openSession(side.port)
    const paths = watchers === 0 ? [] : [`${session}/activity`]
    const watching = await openStreams(side.port, paths)
    const ours = { side, path: `${session}/requests` }
    const floor = { side: without, path: `${await openSession(without.port)}/requests` }
    const comparison = await compare(ours, floor, options)
    watching.close()
    return comparison
  } finally {
    await side.stop()
    await rm(folder, { recursive: true, force: true })
  }
}
