import type { Effect } from '../file/policy-schema.ts'
import type { ArgumentName, ConditionValues } from './condition.ts'
import type { PolicyCaller } from './identity.ts'
import type { Policy, PolicyArguments } from './policy.ts'
import { missingArguments, valuesOf } from './policy.ts'
import type { Rule } from './rule.ts'
import { conditionsHoldWithout } from './rule.ts'
import type { PolicySubject } from './subject.ts'
import { nameOf } from './subject.ts'

/** A rule in an explanation. */
export interface ExplainedRule {
  readonly name: string
  readonly line: number
  readonly effect: Effect
}

/** The outcome of a policy for one request, with its reasons. */
export interface Explanation {
  readonly operation: string
  readonly effect: Effect
  /** The rule that decided, or null if no rule applied. */
  readonly rule: ExplainedRule | null
  readonly reason: string
  /** The earlier rules for the operation, with the reason why each did not apply. */
  readonly skipped: readonly (ExplainedRule & { readonly because: string })[]
  /** Changes of the policy, the caller or the arguments that would lead to another outcome. */
  readonly change: readonly string[]
}

export interface ExplainOptions extends PolicyArguments {
  /**
   * Whether the request has no other arguments than the given ones. If false, params or a target that are not
   * given are not known, and rules whose conditions read them are skipped.
   */
  readonly isComplete: boolean
}

/** Explains the decision of a policy. */
export function explainDecision(
  policy: Policy,
  caller: PolicyCaller,
  subject: PolicySubject,
  options: ExplainOptions,
): Explanation {
  const values = valuesOf(caller, subject, options)
  const missing = options.isComplete ? [] : missingArguments(subject, options)
  const skipped: Explanation['skipped'][number][] = []
  const rules = policy.rules.filter((rule) => rule.matchesSubject(subject))
  const operation = nameOf(subject)
  for (const [index, rule] of rules.entries()) {
    const because = reasonToSkip(rule, caller, values, missing)
    if (because === undefined) {
      const change = changesOf(rule.effect, skipped, rules.slice(index))
      const reason = `${labelOf(rule)} ${verbs[rule.effect]} ${operation} for ${describe(caller)}.`
      return { operation, effect: rule.effect, rule: shown(rule), reason, skipped, change }
    }
    skipped.push({ ...shown(rule), because })
  }
  const effect = policy.defaultFor(caller)
  return {
    operation,
    effect,
    rule: null,
    reason: `No rule applies to ${operation} for ${describe(caller)}. The default is ${effect}.`,
    skipped,
    change: changesOf(effect, skipped, []),
  }
}

const verbs: Readonly<Record<Effect, string>> = {
  allow: 'allows',
  deny: 'denies',
  ask: 'requires an approval of',
}

function reasonToSkip(
  rule: Rule,
  caller: PolicyCaller,
  values: ConditionValues,
  missing: readonly ArgumentName[],
): string | undefined {
  if (!rule.matchesCaller(caller)) return `it is for ${(rule.who ?? []).join(', ')}`
  if (rule.conditions.length === 0) return undefined
  const text = rule.conditions.map((condition) => condition.text).join(' && ')
  const isMet = conditionsHoldWithout(rule, values, missing)
  if (isMet === 'unknown') return `it depends on the arguments: ${text}`
  if (isMet) return undefined
  const isInvalid = rule.conditions.some((condition) => condition.test(values) === 'error')
  return `its condition ${isInvalid ? 'cannot be evaluated' : 'does not hold'}: ${text}`
}

/**
 * Returns suggestions for another effect: first how to override the rule that decides, then the skipped rules
 * with another effect.
 */
function changesOf(
  effect: Effect,
  skipped: Explanation['skipped'],
  [deciding]: readonly Rule[],
): string[] {
  const others = skipped
    .filter((rule) => rule.effect !== effect)
    .map((rule) => `${labelOf(rule)} (${rule.effect}) does not apply: ${rule.because}.`)
  const own =
    deciding === undefined
      ? ['A rule for this caller and operation would replace the default.']
      : [
          `Remove or change ${labelOf(deciding)}, or put a rule with another effect before line ${deciding.line}.`,
        ]
  return [...own, ...others].slice(0, maxChanges)
}

const maxChanges = 10

const shown = ({ name, line, effect }: Rule): ExplainedRule => ({ name, line, effect })

const labelOf = ({ name, line }: ExplainedRule): string =>
  /^rule \d+$/.test(name) ? `${name} (line ${line})` : `rule "${name}" (line ${line})`

function describe({ principal, address }: PolicyCaller): string {
  if (principal !== undefined) return `"${principal}"`
  return address === undefined ? 'an anonymous caller on this machine' : 'an anonymous caller'
}
