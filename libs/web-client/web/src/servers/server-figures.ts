import type { ActivityLog } from '../activity/log/activity-recorder.ts'
import { isFailure } from '../activity/log/filter.ts'

/** The calls of a server in a session. */
export interface ServerFigures {
  readonly calls: number
  readonly errors: number
  /** Median and 95th percentile of the durations, in milliseconds. Undefined without a response. */
  readonly p50: number | undefined
  readonly p95: number | undefined
}

export const noCalls: ServerFigures = { calls: 0, errors: 0, p50: undefined, p95: undefined }

/** Returns the figures of all servers with calls in the activity of a session. */
export function figuresOf(log: ActivityLog): ReadonlyMap<string, ServerFigures> {
  const counts = new Map<string, { calls: number; errors: number; durations: number[] }>()
  for (let number = log.first(); number < log.end(); number++) {
    const exchange = log.at(number)
    if (exchange?.kind !== 'request' || exchange.server === undefined) continue
    const { server, durationMs } = exchange
    const count = counts.get(server) ?? { calls: 0, errors: 0, durations: [] }
    counts.set(server, count)
    count.calls++
    if (isFailure(exchange)) count.errors++
    if (durationMs !== undefined) count.durations.push(durationMs)
  }
  return new Map(
    Array.from(counts, ([server, { calls, errors, durations }]) => {
      durations.sort((a, b) => a - b)
      const share = (part: number) => durations[Math.ceil(durations.length * part) - 1]
      return [server, { calls, errors, p50: share(0.5), p95: share(0.95) }]
    }),
  )
}
