import { median } from '../statistics.ts'
import type { Side } from '../side.ts'
import { startSide } from '../side.ts'
import { startRedis } from './programs.ts'

export interface TouchFigures {
  readonly sessions: number
  /** CPU time of the process of one touch, with its part of the write, in microseconds. */
  readonly onceUs: number
  /** The same if each session is touched ten times before its activity is written. */
  readonly tenTimesUs: number
  /** CPU time of Redis for each session whose activity is written, in microseconds. */
  readonly redisUs: number
}

/** Measures what it costs to record the activity of sessions, which is written behind. */
export async function measureTouches(sessions: number, rounds: number): Promise<TouchFigures> {
  const redis = await startRedis()
  const side = await startSide('touches', [redis.url])
  try {
    await side.order('create', sessions)
    for (let round = 0; round < 5; round++) await side.order('touch', 1)
    const redisBefore = redis.cpuUs()
    const once = await touch(side, 1, rounds)
    const redisUs = (redis.cpuUs() - redisBefore) / (rounds * sessions)
    const tenTimes = await touch(side, 10, rounds)
    return { sessions, onceUs: median(once), tenTimesUs: median(tenTimes), redisUs }
  } finally {
    await side.stop()
    await redis.stop()
  }
}

async function touch(side: Side, times: number, rounds: number): Promise<number[]> {
  const costs: number[] = []
  for (let round = 0; round < rounds; round++) costs.push(await side.order('touch', times))
  return costs
}
