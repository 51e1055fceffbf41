import type { LoadBody, LoadOptions, RpcBody } from './load.ts'
import { addition, applyLoad } from './load.ts'
import { median } from './statistics.ts'
import type { Side } from './side.ts'

/** A program under measurement and the path that the load requests. */
export interface Contestant {
  readonly side: Side
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  /** Default: a read-only request. */
  readonly body?: LoadBody | RpcBody
  readonly expected?: string
  readonly status?: number
  /** Default: one request at a time on each connection. */
  readonly load?: (options: LoadOptions) => Promise<{ requestsPerSecond: number }>
}

export interface CompareOptions {
  readonly rounds: number
  readonly forMs: number
  readonly warmUpMs: number
  readonly connections?: number
  /** See {@link LoadOptions.spins}. */
  readonly spins: boolean
}

/**
 * Medians over all rounds. `floor` is the minimal program for comparison. A ratio is ours / floor of the
 * same round.
 */
export interface Comparison {
  readonly ours: Figures
  readonly floor: Figures
  readonly throughputRatio: number
  readonly cpuRatio: number
}

export interface Figures {
  readonly requestsPerSecond: number
  readonly cpuUsPerRequest: number
}

/** Measures our side and the floor alternately, so that changes in the machine's speed affect both. */
export async function compare(
  ours: Contestant,
  floor: Contestant,
  { rounds, forMs, warmUpMs, connections = 32, spins }: CompareOptions,
): Promise<Comparison> {
  await measure(ours, warmUpMs, { connections, spins })
  await measure(floor, warmUpMs, { connections, spins })
  const pairs: { ours: Figures; floor: Figures }[] = []
  for (let round = 0; round < rounds; round++) {
    // The order alternates, because the machine may be faster or slower for the side that runs second.
    const first = await measure(round % 2 === 0 ? ours : floor, forMs, { connections, spins })
    const second = await measure(round % 2 === 0 ? floor : ours, forMs, { connections, spins })
    pairs.push(round % 2 === 0 ? { ours: first, floor: second } : { ours: second, floor: first })
  }
  return {
    ours: medians(pairs.map((pair) => pair.ours)),
    floor: medians(pairs.map((pair) => pair.floor)),
    throughputRatio: median(
      pairs.map((pair) => pair.ours.requestsPerSecond / pair.floor.requestsPerSecond),
    ),
    cpuRatio: median(pairs.map((pair) => pair.ours.cpuUsPerRequest / pair.floor.cpuUsPerRequest)),
  }
}

/** Returns the medians of comparisons that were made in different processes. */
export function mergeComparisons(all: readonly Comparison[]): Comparison {
  return {
    ours: medians(all.map((each) => each.ours)),
    floor: medians(all.map((each) => each.floor)),
    throughputRatio: median(all.map((each) => each.throughputRatio)),
    cpuRatio: median(all.map((each) => each.cpuRatio)),
  }
}

/** Loads one side, and returns its figures. */
export async function measure(
  contestant: Contestant,
  forMs: number,
  load: Pick<LoadOptions, 'connections' | 'spins'>,
): Promise<Figures> {
  const { side, path, headers = {}, body = addition } = contestant
  const { expected = '"result":5', status = 200, load: apply = applyLoad } = contestant
  await side.collect()
  const before = await side.usage()
  const { requestsPerSecond } = await apply({
    ...load,
    port: side.port,
    path,
    headers,
    forMs,
    body,
    expected,
    status,
  })
  const after = await side.usage()
  const requests = (requestsPerSecond * forMs) / 1000
  return { requestsPerSecond, cpuUsPerRequest: (after.cpuUs - before.cpuUs) / requests }
}

function medians(figures: readonly Figures[]): Figures {
  return {
    requestsPerSecond: median(figures.map((each) => each.requestsPerSecond)),
    cpuUsPerRequest: median(figures.map((each) => each.cpuUsPerRequest)),
  }
}
