import type { Effect, PolicyCase } from '../file/policy-schema.ts'
import { policySchema } from '../file/policy-schema.ts'
import { invalidDocument, readDocument } from '../file/read-document.ts'
import type { ArgumentName, ConditionValues } from './condition.ts'
import type { PolicyCaller } from './identity.ts'
import { claimTexts, isLocal } from './identity.ts'
import type { Rule } from './rule.ts'
import { compileRule, conditionsHold, conditionsHoldWithout } from './rule.ts'
import type { PolicySubject } from './subject.ts'

/** The arguments of a request. */
export interface PolicyArguments {
  readonly target?: unknown
  readonly params?: Readonly<Record<string, unknown>> | undefined
}

/** The outcome of a policy for one request. */
export interface Decision {
  readonly effect: Effect
  /** The rule that decided, or undefined if no rule applied. */
  readonly rule: Rule | undefined
}

/**
 * Whether a caller can use an operation with some arguments. `ask`: some arguments require an approval.
 * `allow`: some arguments are allowed, and none requires an approval. `deny`: the caller can never use it.
 */
export type Visibility = Effect

/** A compiled policy. */
export interface Policy {
  readonly rules: readonly Rule[]
  readonly cases: readonly PolicyCase[]
  /** Effect of the policy for a caller if no rule applies. */
  defaultFor(caller: PolicyCaller): 'allow' | 'deny'
  /** Returns the first rule that applies to a request with its effect, or the default effect without a rule. */
  decide(caller: PolicyCaller, subject: PolicySubject, args: PolicyArguments): Decision
  /** Returns whether a caller can use an operation with some arguments. See {@link Visibility}. */
  visibility(caller: PolicyCaller, subject: PolicySubject): Visibility
}

export interface ParsePolicyOptions {
  /** Name of the file in messages. Default: `policy`. */
  readonly file?: string | undefined
  /**
   * Whether anonymous callers on this machine may use everything that no rule denies. The default of the
   * file takes precedence. Default: false.
   */
  readonly allowsLocal?: boolean | undefined
}

/**
 * Parses a policy, which is YAML or JSON, and compiles its rules.
 *
 * @throws McpError `invalid-params` with the file, line and path of the problems. See {@link readDocument}.
 *
 * @example
 * const policy = parsePolicy('rules: [{ who: ada, effect: allow }]')
 */
export function parsePolicy(text: string, options: ParsePolicyOptions = {}): Policy {
  const { file = 'policy', allowsLocal = false } = options
  const { content, lineOf } = readDocument(text, policySchema(), { file, knownKeys })
  const problems: string[] = []
  const rules = content.rules.map((rule, index) => {
    const line = lineOf(['rules', index])
    return compileRule(rule, { number: index + 1, line }, (position, message) => {
      const path = ['rules', index, 'where', ...(position === undefined ? [] : [position])]
      problems.push(`${file}:${lineOf(path)}: rules[${index}].where: ${message}`)
    })
  })
  if (problems.length > 0) throw invalidDocument(problems)
  return createPolicy(rules, content.cases ?? [], (caller) => {
    if (content.default !== undefined) return content.default
    return allowsLocal && isLocal(caller) ? 'allow' : 'deny'
  })
}

const knownKeys = [
  'version default rules cases name who server operation hints where effect limit budget requests per',
  'by calls tokens bytes principal roles scopes tenant claims local target params expect rule readOnly',
  'idempotent destructive openWorld interactive',
].flatMap((keys) => keys.split(' '))

function createPolicy(
  rules: readonly Rule[],
  cases: readonly PolicyCase[],
  defaultFor: Policy['defaultFor'],
): Policy {
  // The rules of an operation do not depend on the request, so they are selected once.
  const selected = new WeakMap<PolicySubject['hints'], Map<string, readonly Rule[]>>()

  function rulesOf(subject: PolicySubject): readonly Rule[] {
    const { hints, server, target = '', operation } = subject
    let byName = selected.get(hints)
    if (byName === undefined) selected.set(hints, (byName = new Map()))
    const name = `${server}\n${target}\n${operation}`
    const known = byName.get(name)
    if (known !== undefined) return known
    const found = rules.filter((rule) => rule.matchesSubject(subject))
    // All operations without a description share one object of hints. A caller can invent their names, so their
    // number is limited.
    if (byName.size >= maxNames) byName.clear()
    byName.set(name, found)
    return found
  }

  return {
    rules,
    cases,
    defaultFor,
    decide(caller, subject, args) {
      let values: ConditionValues | undefined
      for (const rule of rulesOf(subject)) {
        if (!rule.matchesCaller(caller)) continue
        if (rule.conditions.length > 0) {
          values ??= valuesOf(caller, subject, args)
          if (!conditionsHold(rule, values)) continue
        }
        return { effect: rule.effect, rule }
      }
      return { effect: defaultFor(caller), rule: undefined }
    },
    visibility(caller, subject) {
      const possible = new Set<Effect>()
      let values: ConditionValues | undefined
      for (const rule of rulesOf(subject)) {
        if (!rule.matchesCaller(caller)) continue
        if (rule.conditions.length > 0) values ??= valuesOf(caller, subject, {})
        const isMet =
          values === undefined || conditionsHoldWithout(rule, values, missingArguments(subject, {}))
        if (isMet === false) continue
        possible.add(rule.effect)
        if (isMet === true) return visibilityOf(possible)
      }
      possible.add(defaultFor(caller))
      return visibilityOf(possible)
    },
  }
}

const maxNames = 10_000

function visibilityOf(possible: ReadonlySet<Effect>): Visibility {
  if (possible.has('ask')) return 'ask'
  return possible.has('allow') ? 'allow' : 'deny'
}

/** Returns which arguments of a request are not known. An operation may have a fixed target. */
export function missingArguments(
  { target: fixedTarget }: PolicySubject,
  { target, params }: PolicyArguments,
): ArgumentName[] {
  const missing: ArgumentName[] = []
  if (params === undefined) missing.push('params')
  if (target === undefined && fixedTarget === undefined) missing.push('target')
  return missing
}

/** Returns the values that conditions can read. */
export function valuesOf(
  caller: PolicyCaller,
  { server, operation, target: fixedTarget }: PolicySubject,
  { target, params = {} }: PolicyArguments,
): ConditionValues {
  const { principal: id = '', claims = {} } = caller
  return {
    params,
    target: target ?? fixedTarget ?? null,
    principal: {
      id,
      roles: claimTexts(caller, 'roles'),
      scopes: claimTexts(caller, 'scopes'),
      tenant: claimTexts(caller, 'tenant')[0] ?? '',
      claims,
    },
    server,
    operation,
  }
}
