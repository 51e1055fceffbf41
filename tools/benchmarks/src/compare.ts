import type { LoadOptions } from './load.ts'
import { applyLoad } from './load.ts'
import { median } from './median.ts'
import type { Side } from './side.ts'

export interface Contestant {
  readonly side: Side
  readonly path: string
}

export interface CompareOptions {
  readonly rounds: number
  readonly forMs: number
  readonly warmUpMs: number
  readonly connections?: number
  /** See {@link LoadOptions.spins}. */
  readonly spins: boolean
}

/** Medians over the rounds, and medians of the paired ratios ours / floor. */
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

/** Loads our side and the floor alternately, so that drift in the speed of the machine affects both. */
export async function compare(
  ours: Contestant,
  floor: Contestant,
  { rounds, forMs, warmUpMs, connections = 32, spins }: CompareOptions,
): Promise<Comparison> {
  await measure(ours, warmUpMs, { connections, spins })
  await measure(floor, warmUpMs, { connections, spins })
  const pairs: { ours: Figures; floor: Figures }[] = []
  for (let round = 0; round < rounds; round++) {
    // The side that runs second may find a warmer or slower machine: alternate the order.
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

async function measure(
  { side, path }: Contestant,
  forMs: number,
  load: Pick<LoadOptions, 'connections' | 'spins'>,
): Promise<Figures> {
  await side.collect()
  const before = await side.usage()
  const { requestsPerSecond } = await applyLoad({
    ...load,
    port: side.port,
    path,
    forMs,
    expected: '"result":5',
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
