import { us } from '../format.ts'
import type { Row } from '../report.ts'
import type { OneProcessComparison } from './one-process.ts'
import type { PolicyFigures } from './policy-cost.ts'

const goals = {
  activityCpu: { 0: 1.02, 1: 1.1 },
  decisionUs: 5,
  spansCpu: 1.02,
} as const

export type Watchers = keyof typeof goals.activityCpu

export const activityRow = (watchers: Watchers, comparison: OneProcessComparison): Row =>
  withoutRow(
    `activity ${watchers === 0 ? 'without' : 'with one'} watcher: CPU of a read-only request`,
    'no activity',
    comparison,
    goals.activityCpu[watchers],
  )

export function policyRows(figures: PolicyFigures, requests: OneProcessComparison): Row[] {
  const averageUs = figures.averageNs / 1000
  return [
    {
      what: 'a decision of a policy of 60 rules with a condition each, ten for the server of the request',
      goal: `≤ ${goals.decisionUs} µs`,
      measured: `${averageUs.toFixed(2)} µs`,
      isMet: averageUs <= goals.decisionUs,
      figures: `average over one request per rule; ${(figures.allConditionsNs / 1000).toFixed(2)} µs if all ten conditions are tried`,
    },
    withoutRow(
      'that policy: CPU of a read-only request that the tenth rule allows',
      'no policy',
      requests,
    ),
  ]
}

export const spansRow = (comparison: OneProcessComparison): Row =>
  withoutRow(
    'telemetry off: CPU of a read-only request',
    'libraries without spans',
    comparison,
    goals.spansCpu,
  )

export const metricsRow = (comparison: OneProcessComparison): Row =>
  withoutRow('metrics of the apps: CPU of a read-only request', 'no metrics', comparison)

/** The row on an optional part, compared with the same program without it. */
function withoutRow(
  what: string,
  without: string,
  { cpuRatio, cpuRatios, ours, floor }: OneProcessComparison,
  goal?: number,
): Row {
  const [lowest = cpuRatio] = cpuRatios
  const highest = cpuRatios.at(-1) ?? cpuRatio
  const range = `${lowest.toFixed(3)} to ${highest.toFixed(3)} × in ${cpuRatios.length} processes`
  return {
    what,
    goal: goal === undefined ? 'none' : `≤ ${goal} × ${without}`,
    measured: `${cpuRatio.toFixed(3)} ×${goal === undefined ? ` ${without}` : ''}`,
    isMet: goal === undefined || cpuRatio <= goal,
    figures: `${us(ours.cpuUsPerRequest)} against ${us(floor.cpuUsPerRequest)}; ${range}`,
  }
}
