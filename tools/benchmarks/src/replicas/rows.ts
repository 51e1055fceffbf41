import type { Comparison } from '../compare.ts'
import { count, times, us } from '../format.ts'
import type { Row } from '../report.ts'
import { requestRows } from '../rows.ts'
import type { RedisComparison, RedisRequest, ServerPlace } from './redis-path.ts'
import type { TouchFigures } from './touch-cost.ts'

const goals = {
  throughput: 0.75,
  touchUs: 2,
  twoThroughput: 1.6,
  twoCpu: 1.1,
} as const

const requests: Readonly<Record<RedisRequest, string>> = {
  'read-only': 'a read-only request',
  recorded: 'a recorded request',
}

const trips: Readonly<Record<RedisRequest, string>> = {
  'read-only': 'one round trip',
  recorded: 'two round trips',
}

export function redisRows(
  request: RedisRequest,
  place: ServerPlace,
  comparison: RedisComparison,
): Row[] {
  const what =
    place === 'apps'
      ? 'apps of session manager on Redis and server'
      : 'the session manager on Redis, servers in its process'
  const floor = `raw ${place === 'apps' ? 'proxy' : 'echo'} with ${trips[request]} to Redis`
  const [throughput, ...others] = requestRows(
    `${requests[request]}, ${what}`,
    comparison,
    goals,
    floor,
  )
  if (throughput === undefined) return []
  const scripts = `${comparison.scriptsPerRequest.toFixed(2)} scripts a request`
  return [{ ...throughput, figures: `${throughput.figures}; ${scripts}` }, ...others]
}

export function touchRow({ sessions, onceUs, tenTimesUs, redisUs }: TouchFigures): Row {
  return {
    what: `activity of one of ${count(sessions)} sessions, written to Redis in batches: CPU of a touch`,
    goal: `≤ ${us(goals.touchUs)}`,
    measured: `${onceUs.toFixed(2)} µs`,
    isMet: onceUs <= goals.touchUs,
    figures: `each session once per batch; ${tenTimesUs.toFixed(2)} µs if ten times; Redis itself ${redisUs.toFixed(2)} µs a session`,
  }
}

/** The goal is a throughput on a machine that has the cores for it, and otherwise a CPU time. */
export function balancedRow(hasCores: boolean, comparison: Comparison): Row {
  const { throughputRatio, cpuRatio, ours, floor } = comparison
  const cpu = `${us(ours.cpuUsPerRequest)} of CPU against ${us(floor.cpuUsPerRequest)}`
  return {
    what: `two session managers behind nginx: ${hasCores ? 'throughput' : 'CPU of a request, all processes but nginx and Redis'}`,
    goal: hasCores ? `≥ ${goals.twoThroughput} × one` : `≤ ${goals.twoCpu} × one`,
    measured: times(hasCores ? throughputRatio : cpuRatio),
    isMet: hasCores ? throughputRatio >= goals.twoThroughput : cpuRatio <= goals.twoCpu,
    figures: `${cpu}; ${times(hasCores ? cpuRatio : throughputRatio)} its ${hasCores ? 'CPU' : 'throughput'}`,
  }
}
