import { us } from '../format.ts'
import type { Row } from '../report.ts'
import type { EntriesCost } from './activity-cost.ts'
import type { OneProcessComparison } from './one-process.ts'
import type { PolicyFigures } from './policy-cost.ts'

const goals = {
  activityCpu: 1.02,
  watchedCpu: 1.1,
  decisionUs: 5,
  spansCpu: 1.02,
} as const

export function activityRows(entries: EntriesCost, watched: OneProcessComparison): Row[] {
  const { addedUs, errorUs } = entries
  const requestUs = watched.floor.cpuUsPerRequest
  const ratio = (requestUs + addedUs) / requestUs
  return [
    {
      what: 'activity without watcher: CPU of a read-only request',
      goal: `≤ ${goals.activityCpu} × no activity`,
      measured: `${ratio.toFixed(3)} ×`,
      isMet: ratio <= goals.activityCpu,
      figures: `its entries add ${addedUs.toFixed(2)} µs (standard error ${errorUs.toFixed(2)}) to the ${us(requestUs)} of the next row`,
    },
    withoutRow(
      'activity with one watcher: CPU of a read-only request',
      'no activity',
      watched,
      goals.watchedCpu,
    ),
  ]
}

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
  { cpuRatio, standardError, ours, floor }: OneProcessComparison,
  goal?: number,
): Row {
  return {
    what,
    goal: goal === undefined ? 'none' : `≤ ${goal} × ${without}`,
    measured: `${cpuRatio.toFixed(3)} ×${goal === undefined ? ` ${without}` : ''}`,
    isMet: goal === undefined || cpuRatio <= goal,
    figures: `${us(ours.cpuUsPerRequest)} against ${us(floor.cpuUsPerRequest)}; standard error ${standardError.toFixed(3)}`,
  }
}
