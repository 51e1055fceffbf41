import { median } from './statistics.ts'
import type { Side } from './side.ts'
import { startSide } from './side.ts'

export interface FanOutFigures {
  readonly streams: number
  /** Resident memory of an idle open stream, in bytes. */
  readonly oursBytesPerStream: number
  readonly floorBytesPerStream: number
  /** CPU time of one event to one stream, in microseconds. */
  readonly oursCpuUs: number
  readonly floorCpuUs: number
  readonly cpuRatio: number
}

export interface FanOutOptions {
  readonly streams: number
  readonly events: number
  readonly rounds: number
}

/**
 * Compares events to many streams, each of its own session, with `response.write` to the same number of
 * connections.
 */
export async function measureFanOut(options: FanOutOptions): Promise<FanOutFigures> {
  const ours = await openContestant('session-manager', 'sessions', options)
  const floor = await openContestant('raw-streams', 'plain', options)
  try {
    const pairs: { ours: number; floor: number }[] = []
    for (let round = 0; round <= options.rounds; round++) {
      pairs.push({
        ours: await deliver(ours, round, options),
        floor: await deliver(floor, round, options),
      })
    }
    // The first round is the warm-up and does not count.
    const counted = pairs.slice(1)
    return {
      streams: options.streams,
      oursBytesPerStream: ours.bytesPerStream,
      floorBytesPerStream: floor.bytesPerStream,
      oursCpuUs: median(counted.map((pair) => pair.ours)),
      floorCpuUs: median(counted.map((pair) => pair.floor)),
      cpuRatio: median(counted.map((pair) => pair.ours / pair.floor)),
    }
  } finally {
    await Promise.all([ours, floor].flatMap(({ side, readers }) => [side.stop(), readers.stop()]))
  }
}

interface Contestant {
  readonly side: Side
  readonly readers: Side
  readonly bytesPerStream: number
}

async function openContestant(
  program: string,
  kind: 'sessions' | 'plain',
  { streams }: FanOutOptions,
): Promise<Contestant> {
  const side = await startSide(program)
  const readers = await startSide('stream-readers', [String(side.port), kind])
  // The first 100 streams are not measured, so that one-time costs are excluded.
  await readers.order('prepare', 100)
  await readers.order('open')
  await readers.order('prepare', streams)
  await side.collect()
  const before = await side.usage()
  await readers.order('open')
  await side.collect()
  const after = await side.usage()
  return { side, readers, bytesPerStream: (after.rssBytes - before.rssBytes) / streams }
}

async function deliver(
  { side, readers }: Contestant,
  round: number,
  { events, streams }: FanOutOptions,
): Promise<number> {
  await side.collect()
  const before = await side.usage()
  await side.order('publish', events)
  await readers.order('received', events * (round + 1))
  const after = await side.usage()
  return (after.cpuUs - before.cpuUs) / (events * streams)
}
