import { startHub } from './app-side.ts'
import { measure } from './compare.ts'
import type { LoadBody } from './load.ts'
import { addition } from './load.ts'
import { openSession } from './open-session.ts'
import { openStreams } from './open-streams.ts'
import { clearing } from './request-path.ts'
import { sendRequest } from './send-request.ts'
import type { Side } from './side.ts'

/** The CPU of one request to the hub, in microseconds, for growing numbers of something. */
export interface Growth {
  readonly what: string
  /** Pairs of number and CPU. */
  readonly costs: readonly (readonly [count: number, cpuUs: number])[]
  /** The cost grows with this power of the number: 0 if it is constant, 1 if it is proportional. */
  readonly exponent: number
  readonly maxExponent: number
}

interface Scenario {
  readonly what: string
  readonly counts: readonly number[]
  readonly maxExponent: number
  /** Makes the number grow to `count`. Returns the request to measure. */
  readonly grow: (
    hub: Side,
    count: number,
  ) => Promise<{ path: string; body: LoadBody; expected: string }>
}

const requestsOf = async (hub: Side): Promise<string> => `${await openSession(hub.port)}/requests`
const added = { body: addition, expected: '"result":5' }

/**
 * Returns the scenarios. In the last one, the cost may grow in proportion to the text. In all others, it must
 * not depend on the number.
 */
function scenarios(isQuick: boolean): Scenario[] {
  const counts = isQuick ? [1, 10] : [1, 10, 100, 1000, 10_000]
  const sizes = isQuick ? [1000, 10_000] : [1000, 10_000, 100_000, 1_000_000]
  let opened = 0
  let session: string | undefined
  let recorded = 0
  return [
    {
      what: 'a request, by the number of live sessions',
      counts,
      maxExponent: 0.1,
      async grow(hub, count) {
        for (; opened < count; opened++) await openSession(hub.port)
        return { path: await requestsOf(hub), ...added }
      },
    },
    {
      what: 'a recorded request, by the number of responses recorded before in its session',
      counts,
      maxExponent: 0.1,
      async grow(hub, count) {
        session ??= await requestsOf(hub)
        for (; recorded < count; recorded++) await sendRequest(hub.port, session, clearing)
        return { path: session, body: clearing, expected: '"cleared":0' }
      },
    },
    {
      what: 'a request, by the number of open event streams of other sessions',
      counts: isQuick ? [1, 10] : [1, 10, 100, 1000],
      maxExponent: 0.1,
      async grow(hub, count) {
        const paths: string[] = []
        for (let index = 0; index < count; index++) {
          paths.push(`${await openSession(hub.port)}/events`)
        }
        await openStreams(hub.port, paths)
        return { path: await requestsOf(hub), ...added }
      },
    },
    {
      what: 'a request, by the characters of its text, which the response repeats',
      counts: sizes,
      maxExponent: 1.1,
      async grow(hub, count) {
        const params = { text: 'x'.repeat(count) }
        const payload = { tool: 'textProcessor', operation: 'toUpperCase', params }
        const body = { type: 'tool-execution', payload }
        return { path: await requestsOf(hub), body, expected: 'XXX' }
      },
    },
  ]
}

/** Measures how the cost of a request grows, each scenario on a hub of its own. */
export async function measureGrowth(isQuick: boolean): Promise<Growth[]> {
  const results: Growth[] = []
  for (const { what, counts, maxExponent, grow } of scenarios(isQuick)) {
    const hub = await startHub()
    try {
      const costs: [number, number][] = []
      for (const count of counts) {
        const contestant = { side: hub, ...(await grow(hub, count)) }
        const load = { connections: 8, spins: false }
        await measure(contestant, isQuick ? 100 : 2000, load)
        const { cpuUsPerRequest } = await measure(contestant, isQuick ? 200 : 2000, load)
        costs.push([count, cpuUsPerRequest])
      }
      results.push({ what, costs, exponent: exponentOf(costs), maxExponent })
    } finally {
      await hub.stop()
    }
  }
  return results
}

/** Returns the slope of the line through the logarithms, by least squares. */
function exponentOf(costs: readonly (readonly [number, number])[]): number {
  const points = costs.map(([count, cost]) => [Math.log(count), Math.log(cost)] as const)
  const mean = (index: 0 | 1): number =>
    points.reduce((sum, point) => sum + point[index], 0) / points.length
  const [meanX, meanY] = [mean(0), mean(1)]
  const covariance = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0)
  return covariance / points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0)
}
