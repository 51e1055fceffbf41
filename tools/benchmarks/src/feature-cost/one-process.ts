import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Comparison, CompareOptions } from '../compare.ts'
import { compare, mergeComparisons } from '../compare.ts'
import { mean, standardError } from '../statistics.ts'
import { openSession } from '../open-session.ts'
import { openStreams } from '../open-streams.ts'
import { startSide } from '../side.ts'

/** A program of `sides/` with two session managers, of which the second lacks an optional part. */
export interface OneProcess {
  readonly program: string
  /** Number of processes of it that are measured, one after the other. */
  readonly processes: number
  /** Parameters of the process with this number, after a folder for its stores. Default: none. */
  readonly parameters?: (process: number) => readonly string[]
  /** Readers of the activity of the session of the first session manager. Default: 0. */
  readonly watchers?: number
}

export interface OneProcessComparison extends Comparison {
  /** Standard error of `cpuRatio`, which is the mean over the processes. */
  readonly standardError: number
}

/**
 * Compares read-only requests to a session manager that has an optional part with requests to one that does not,
 * both in one process. Repeats the comparison in several processes, because its result differs by up to 15 %
 * between two processes: each process compiles and places its code anew.
 */
export async function measureInOneProcess(
  measured: OneProcess,
  options: CompareOptions,
): Promise<OneProcessComparison> {
  const comparisons: Comparison[] = []
  for (let process = 0; process < measured.processes; process++) {
    comparisons.push(await measureProcess(measured, process, options))
  }
  const ratios = comparisons.map(({ cpuRatio }) => cpuRatio)
  const merged = mergeComparisons(comparisons)
  return { ...merged, cpuRatio: mean(ratios), standardError: standardError(ratios) }
}

async function measureProcess(
  { program, parameters = () => [], watchers = 0 }: OneProcess,
  process: number,
  options: CompareOptions,
): Promise<Comparison> {
  const folder = await mkdtemp(join(tmpdir(), 'mcp-bench-'))
  const side = await startSide(program, [folder, ...parameters(process)])
  try {
    const without = { ...side, port: await side.order('portWithout') }
    const session = await openSession(side.port)
    const paths = Array.from({ length: watchers }, () => `${session}/activity`)
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
