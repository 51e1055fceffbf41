import { median } from './median.ts'
import { openSession } from './open-session.ts'
import { openStreams } from './open-streams.ts'
import type { Side } from './side.ts'
import { startSide } from './side.ts'

export interface FanOutFigures {
  readonly streams: number
  /** Resident memory of an open stream that nothing happens on, in bytes. */
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

/** Events to many streams of as many sessions, against `response.write` to as many connections. */
export async function measureFanOut(options: FanOutOptions): Promise<FanOutFigures> {
  const ours = await startSide('session-manager')
  const floor = await startSide('raw-streams')
  try {
    const paths: string[] = []
    for (let index = 0; index < options.streams; index++) {
      paths.push(`${await openSession(ours.port)}/events`)
    }
    const oursOpen = await openMeasured(ours, paths)
    const floorOpen = await openMeasured(floor, paths)
    const pairs: { ours: number; floor: number }[] = []
    for (let round = 0; round <= options.rounds; round++) {
      const total = options.events * (round + 1)
      pairs.push({
        ours: await deliver(ours, oursOpen.streams, total, options),
        floor: await deliver(floor, floorOpen.streams, total, options),
      })
    }
    oursOpen.streams.close()
    floorOpen.streams.close()
    // The first round warms both up.
    const counted = pairs.slice(1)
    return {
      streams: options.streams,
      oursBytesPerStream: oursOpen.bytesPerStream,
      floorBytesPerStream: floorOpen.bytesPerStream,
      oursCpuUs: median(counted.map((pair) => pair.ours)),
      floorCpuUs: median(counted.map((pair) => pair.floor)),
      cpuRatio: median(counted.map((pair) => pair.ours / pair.floor)),
    }
  } finally {
    await Promise.all([ours.stop(), floor.stop()])
  }
}

async function openMeasured(side: Side, paths: readonly string[]) {
  // A few before the count, so that what the first ones set up is not charged to the others.
  const warm = await openStreams(side.port, paths.slice(0, 100))
  const before = await side.usage()
  const streams = await openStreams(side.port, paths)
  const after = await side.usage()
  warm.close()
  return { streams, bytesPerStream: (after.rssBytes - before.rssBytes) / paths.length }
}

async function deliver(
  side: Side,
  streams: Awaited<ReturnType<typeof openStreams>>,
  total: number,
  { events, streams: count }: FanOutOptions,
): Promise<number> {
  const before = await side.usage()
  await side.order('publish', events)
  await streams.received(total)
  const after = await side.usage()
  return (after.cpuUs - before.cpuUs) / (events * count)
}
