import { McpError } from '@mcp/protocol'

import type { Decision } from '../rules/policy.ts'
import type { Rule } from '../rules/rule.ts'
import type { PolicySubject } from '../rules/subject.ts'
import { nameOf } from '../rules/subject.ts'

/** Creates the error for a request that the policy denies. */
export function deniedByPolicy(subject: PolicySubject, { rule }: Decision): McpError {
  const cause =
    rule === undefined ? 'no rule allows it' : `rule "${rule.name}" (line ${rule.line}) denies it`
  return new McpError('forbidden', `You may not call ${nameOf(subject)}: ${cause}.`, {
    details: { reason: 'policy', operation: nameOf(subject), ...ruleDetails(rule) },
  })
}

/** Creates the error for a request whose approval was not given. */
export function approvalDenied(subject: PolicySubject, rule: Rule, cause: string): McpError {
  const name = nameOf(subject)
  const message = `Rule "${rule.name}" (line ${rule.line}) requires an approval for ${name}: ${cause}.`
  return new McpError('forbidden', message, {
    details: { reason: 'approval-denied', operation: name, ...ruleDetails(rule) },
  })
}

/** Creates the error for a request beyond the limit or the budget of a rule. */
export function limitReached(rule: Rule, what: string, retryAfterMs: number): McpError {
  const seconds = Math.ceil(retryAfterMs / 1000)
  return new McpError(
    'rate-limited',
    `The ${what} of rule "${rule.name}" (line ${rule.line}) is used up. Retry after ${seconds} s.`,
    { details: { reason: 'policy', retryAfterMs, ...ruleDetails(rule) } },
  )
}

/** Creates the error for a request whose batch can never be within the limit of a rule. */
export function limitExceeded(rule: Rule, count: number, max: number): McpError {
  return new McpError(
    'rate-limited',
    `The request counts as ${count} requests, but the limit of rule "${rule.name}" (line ${rule.line}) permits ${max} at once. Send fewer calls in a batch.`,
    { retryable: false, details: { reason: 'policy', ...ruleDetails(rule) } },
  )
}

function ruleDetails(rule: Rule | undefined): Readonly<Record<string, unknown>> {
  return rule === undefined ? {} : { rule: rule.name, line: rule.line }
}
