import type { BudgetContent, Effect, LimitContent, RuleContent } from '../file/policy-schema.ts'
import { parseBytes, parseDuration } from '../file/quantities.ts'
import type { ArgumentName, Condition, ConditionValues } from './condition.ts'
import { compileCondition } from './condition.ts'
import type { CallerTest } from './match-caller.ts'
import { compileWho } from './match-caller.ts'
import { compilePattern, toList } from './pattern.ts'
import type { PolicySubject } from './subject.ts'

/** A limit of the number of requests in a time. */
export interface RuleLimit {
  readonly requests: number
  readonly perMs: number
  /**
   * The requests that are counted together: those of a caller, those of a caller to one operation or to one
   * server, or those of all callers.
   */
  readonly by: 'principal' | 'operation' | 'server' | 'all'
}

/** A compiled rule of a policy. */
export interface Rule {
  /** Position in the policy, counted from 1. */
  readonly number: number
  /** Name of the rule. Default: `rule <number>`. */
  readonly name: string
  readonly line: number
  readonly effect: Effect
  readonly who: readonly string[] | undefined
  readonly matchesCaller: CallerTest
  matchesSubject(subject: PolicySubject): boolean
  /** All of them must hold. */
  readonly conditions: readonly Condition[]
  readonly limit: RuleLimit | undefined
  readonly budget: Readonly<Record<'calls' | 'tokens' | 'bytes', number | undefined>> | undefined
}

/**
 * Compiles a rule. `onProblem` receives each problem of a condition with its position, which is undefined for a
 * single condition.
 */
export function compileRule(
  content: RuleContent,
  { number, line }: Pick<Rule, 'number' | 'line'>,
  onProblem: (index: number | undefined, message: string) => void,
): Rule {
  const { who, effect, hints = {}, where, limit, budget } = content
  const servers = patternsOf(content.server)
  const operations = patternsOf(content.operation)
  const expectedHints = Object.entries(hints)

  return {
    number,
    name: content.name ?? `rule ${number}`,
    line,
    effect,
    who: who === undefined ? undefined : toList(who),
    matchesCaller: who === undefined ? () => true : compileWho(who),
    matchesSubject(subject) {
      const { server, operation, target } = subject
      if (servers !== undefined && !servers.some((matches) => matches(server))) return false
      const qualified = target === undefined ? operation : `${target}.${operation}`
      const isNamed = operations?.some((matches) => matches(qualified) || matches(operation))
      if (isNamed === false) return false
      const actual: Readonly<Record<string, boolean>> = subject.hints
      return expectedHints.every(([name, expected]) => actual[name] === expected)
    },
    conditions: compileConditions(where, onProblem),
    limit: limit && compileLimit(limit),
    budget: budget && compileBudget(budget),
  }
}

function patternsOf(names: string | readonly string[] | undefined) {
  return names === undefined ? undefined : toList(names).map(compilePattern)
}

function compileConditions(
  where: RuleContent['where'],
  onProblem: (index: number | undefined, message: string) => void,
): readonly Condition[] {
  if (where === undefined) return []
  return toList(where).flatMap((text, index) => {
    try {
      return [compileCondition(text)]
    } catch (thrown) {
      const message = thrown instanceof Error ? (thrown.message.split('\n')[0] ?? '') : ''
      onProblem(typeof where === 'string' ? undefined : index, `"${text}": ${message}`)
      return []
    }
  })
}

function compileLimit({ requests, per, by }: LimitContent): RuleLimit {
  return { requests, perMs: parseDuration(per) ?? 1000, by }
}

function compileBudget({ calls, tokens, bytes }: BudgetContent): NonNullable<Rule['budget']> {
  return { calls, tokens, bytes: bytes === undefined ? undefined : parseBytes(bytes) }
}

/**
 * Returns whether the conditions of a rule hold. A condition that cannot be evaluated never permits: it
 * holds in a rule with the effect `deny`, and does not hold in other rules.
 */
export function conditionsHold({ conditions, effect }: Rule, values: ConditionValues): boolean {
  return conditions.every((condition) => holds(condition, effect, values))
}

function holds(condition: Condition, effect: Effect, values: ConditionValues): boolean {
  const result = condition.test(values)
  return result === 'error' ? effect === 'deny' : result
}

/**
 * Returns whether the conditions of a rule hold as far as the arguments are known: `unknown` if that depends on
 * one of the `missing` arguments.
 */
export function conditionsHoldWithout(
  { conditions, effect }: Rule,
  values: ConditionValues,
  missing: readonly ArgumentName[],
): boolean | 'unknown' {
  const isKnown = ({ reads }: Condition) => !reads.some((name) => missing.includes(name))
  const known = conditions.filter(isKnown)
  if (!known.every((condition) => holds(condition, effect, values))) return false
  return known.length === conditions.length ? true : 'unknown'
}
