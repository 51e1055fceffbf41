/**
 * Parts of the event stream that a tab requires. The session, and the decisions and responses that wait, are
 * always included.
 */
export interface Demand {
  readonly activity: boolean
  readonly runs: readonly string[]
}

export const noDemand: Demand = { activity: false, runs: [] }

/** Maximum number of runs that the service accepts. */
const maxRuns = 20

/** Returns the parts that any of the demands requires. If there are too many runs, the last ones remain. */
export function unite(demands: Iterable<Demand>): Demand {
  const runs = new Set<string>()
  let activity = false
  for (const demand of demands) {
    activity ||= demand.activity
    for (const run of demand.runs) {
      runs.delete(run)
      runs.add(run)
    }
  }
  return { activity, runs: Array.from(runs).slice(-maxRuns) }
}

export function isEqualDemand(one: Demand, other: Demand): boolean {
  return one.activity === other.activity && one.runs.join() === other.runs.join()
}
