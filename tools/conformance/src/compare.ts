import type { Check, Checks } from './suite.ts'

/**
 * The only check that may be worse than with the SDK alone. The SDK's fixture closes the stream of a
 * call in its middle, which no server of this system can do.
 */
const excepted = new Set(['server-sse-disconnect-resume'])

export interface Counts {
  readonly passed: number
  readonly failed: number
}

/** Returns how many checks passed and failed. Information and warnings are neither. */
export function countChecks(checks: readonly Check[]): Counts {
  const count = (status: string) => checks.filter((check) => check.status === status).length
  return { passed: count('SUCCESS'), failed: count('FAILURE') }
}

/**
 * Returns one line for each check that passes with the SDK alone and not with this system, and for each
 * that fails only with this system.
 */
export function findRegressions(direct: Checks, ours: Checks): string[] {
  return Array.from(direct, ([scenario, checks]) => {
    const found = keyed(ours.get(scenario) ?? [])
    const expected = keyed(checks)
    const keys = new Set([...expected.keys(), ...found.keys()])
    return Array.from(keys).flatMap((key) => {
      const before = expected.get(key)
      const now = found.get(key)
      const isWorse =
        (before?.status === 'SUCCESS' && now?.status !== 'SUCCESS') ||
        (before?.status !== 'FAILURE' && now?.status === 'FAILURE')
      if (!isWorse || excepted.has((before ?? now)?.id ?? '')) return []
      const reason = now?.errorMessage === undefined ? '' : `: ${now.errorMessage}`
      return [
        `${scenario}, ${key}: ${before?.status ?? 'absent'} with the SDK alone, ${now?.status ?? 'absent'} here${reason}`,
      ]
    })
  }).flat()
}

/** Returns the checks by key. The key is the id, with a number if an earlier check has the same id. */
function keyed(checks: readonly Check[]): ReadonlyMap<string, Check> {
  const positions = new Map<string, number>()
  return new Map(
    checks.map((check) => {
      const position = (positions.get(check.id) ?? 0) + 1
      positions.set(check.id, position)
      return [position === 1 ? check.id : `${check.id} (${position})`, check]
    }),
  )
}
