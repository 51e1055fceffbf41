import type { ServerDescription } from '@mcp/protocol'

import type { PolicyCase } from '../file/policy-schema.ts'
import type { Explanation } from './explain.ts'
import { explainDecision } from './explain.ts'
import { findSubject } from './find-subject.ts'
import type { PolicyCaller } from './identity.ts'
import type { Policy } from './policy.ts'

/** The outcome of one case of a policy file. */
export interface CaseResult {
  readonly name: string
  readonly passed: boolean
  /** The expected and the actual outcome. Empty for a case that passed. */
  readonly problem: string
  readonly explanation: Explanation
}

/**
 * Runs the cases of a policy file.
 *
 * @param servers - Descriptions with the hints of the operations, for cases without hints.
 */
export function runCases(
  policy: Policy,
  servers: readonly Pick<ServerDescription, 'name' | 'operations'>[] = [],
): CaseResult[] {
  return policy.cases.map((each, index) => {
    const explanation = explainCase(policy, each, servers)
    const { effect, rule } = explanation
    const wrongRule = each.rule !== undefined && rule?.name !== each.rule
    const passed = effect === each.expect && !wrongRule
    const expected = each.rule === undefined ? each.expect : `${each.expect} by "${each.rule}"`
    return {
      name: each.name ?? `case ${index + 1}`,
      passed,
      problem: passed ? '' : `expected ${expected}: ${explanation.reason}`,
      explanation,
    }
  })
}

function explainCase(
  policy: Policy,
  each: PolicyCase,
  servers: readonly Pick<ServerDescription, 'name' | 'operations'>[],
): Explanation {
  const { server, operation, hints, target, params } = each
  const found = findSubject(servers, server, operation, target)
  const subject = { ...found, hints: { ...found.hints, ...withoutUndefined(hints ?? {}) } }
  return explainDecision(policy, callerOf(each), subject, { target, params, isComplete: true })
}

function callerOf(each: PolicyCase): PolicyCaller {
  const { principal, roles, scopes, tenant, claims, local } = each
  const all = withoutUndefined({ ...claims, roles, scopes, tenant })
  return {
    principal,
    claims: Object.keys(all).length === 0 ? undefined : all,
    address: principal === undefined && local !== true ? 'another machine' : undefined,
  }
}

function withoutUndefined<Value>(
  record: Readonly<Record<string, Value | undefined>>,
): Readonly<Record<string, Value>> {
  const entries = Object.entries(record).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, value] as const],
  )
  return Object.fromEntries(entries)
}
