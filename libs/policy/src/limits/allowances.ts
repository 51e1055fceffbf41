import { chain } from '@mcp/concurrency'
import type { Clock, MaybePromise, RequestContext, ResponseEnvelope } from '@mcp/protocol'
import { callerKeyOf, isRecord } from '@mcp/protocol'

import { limitExceeded, limitReached } from '../access/denial.ts'
import type { Rule } from '../rules/rule.ts'
import type { PolicySubject } from '../rules/subject.ts'
import type { PolicyCounters } from './policy-counters.ts'

/** A request that counts towards the limits of the rule that allowed it. */
export interface CountedRequest {
  readonly rule: Rule
  readonly subject: PolicySubject
  readonly context: RequestContext
}

/** The limits and budgets of rules. */
export interface Allowances {
  /**
   * Counts the requests of one call. A refused call counts towards no limit and no budget.
   *
   * @throws McpError `rate-limited` if the limit or a budget of a rule is used up.
   */
  take(counted: readonly CountedRequest[]): MaybePromise<void>
  /** Counts the tokens of a response, and the bytes of the request and the response, once for each rule. */
  settle(counted: readonly CountedRequest[], response: ResponseEnvelope): void
}

const dayMs = 86_400_000

export function createAllowances(
  counters: PolicyCounters,
  clock: Clock,
  onError: (error: unknown) => void,
): Allowances {
  function takeLimit({ rule, limit, key, count }: LimitUse): MaybePromise<void> {
    if (count > limit.requests) throw limitExceeded(rule, count, limit.requests)
    return chain(counters.take(key, limit, count), (waitMs) => {
      if (waitMs > 0) throw limitReached(rule, 'limit', waitMs)
    })
  }

  function takeBudget({ rule, context }: CountedRequest, now: number): MaybePromise<void> {
    const { budget } = rule
    if (budget === undefined) return undefined
    const end = endOfDay(now)
    const total = (unit: Unit, amount: number, max: number | undefined): MaybePromise<void> => {
      if (max === undefined) return undefined
      return chain(counters.add(budgetKey(rule, unit, context, end), amount, end), (used) => {
        // Tokens and bytes are counted after the response, so at least one must be left before the call.
        if (used + (amount === 0 ? 1 : 0) <= max) return undefined
        if (amount > 0) addLater(budgetKey(rule, unit, context, end), -amount, end)
        throw limitReached(rule, `daily budget of ${max} ${unit}`, end - now)
      })
    }
    return chain(total('tokens', 0, budget.tokens), () =>
      chain(total('bytes', 0, budget.bytes), () => total('calls', 1, budget.calls)),
    )
  }

  /** Changes a counter. The request does not wait for it, and does not fail with it. */
  function later(change: () => MaybePromise<number>): void {
    try {
      const changing = change()
      if (changing instanceof Promise) changing.catch(onError)
    } catch (error) {
      onError(error)
    }
  }

  const addLater = (key: string, amount: number, end: number): void =>
    later(() => counters.add(key, amount, end))

  return {
    take(counted) {
      if (counted.length === 0) return undefined
      const now = clock.now()
      const taken: CountedRequest[] = []
      const takenLimits: LimitUse[] = []
      const takeOne = (one: CountedRequest): MaybePromise<void> =>
        chain(takeBudget(one, now), () => void taken.push(one))
      const takeOneLimit = (use: LimitUse): MaybePromise<void> =>
        chain(takeLimit(use), () => void takenLimits.push(use))
      const run = (): MaybePromise<void> =>
        chain(forEach(counted, takeOne), () => forEach(limitUses(counted), takeOneLimit))
      const fail = (thrown: unknown): never => {
        const end = endOfDay(now)
        for (const { key, limit, count } of takenLimits) {
          later(() => counters.take(key, limit, -count))
        }
        for (const { rule, context } of taken) {
          if (rule.budget?.calls === undefined) continue
          addLater(budgetKey(rule, 'calls', context, end), -1, end)
        }
        throw thrown
      }
      try {
        const running = run()
        return running instanceof Promise ? running.catch(fail) : running
      } catch (thrown) {
        return fail(thrown)
      }
    },
    settle(counted, response) {
      const end = endOfDay(clock.now())
      // The calls of a batch have one response, and most have the same rule.
      const rules = new Map(counted.map(({ rule, context }) => [rule, context]))
      for (const [rule, context] of rules) {
        const { budget } = rule
        const add = (unit: Unit, amount: number): void => {
          if (amount > 0) addLater(budgetKey(rule, unit, context, end), amount, end)
        }
        if (budget?.tokens !== undefined) add('tokens', tokensOf(response))
        if (budget?.bytes !== undefined) add('bytes', bytesOf(response, context))
      }
    },
  }
}

/** The requests of one call that count towards the same limit. */
interface LimitUse {
  readonly rule: Rule
  readonly limit: NonNullable<Rule['limit']>
  readonly key: string
  readonly count: number
}

function limitUses(counted: readonly CountedRequest[]): readonly LimitUse[] {
  const uses = new Map<string, LimitUse>()
  for (const { rule, subject, context } of counted) {
    const { limit } = rule
    if (limit === undefined) continue
    const key = limitKey(rule, limit.by, subject, callerKeyOf(context))
    uses.set(key, { rule, limit, key, count: (uses.get(key)?.count ?? 0) + 1 })
  }
  return [...uses.values()]
}

/** Applies a function to the items, one after the other. */
function forEach<Item>(
  items: readonly Item[],
  apply: (item: Item) => MaybePromise<void>,
  index = 0,
): MaybePromise<void> {
  const item = items[index]
  if (item === undefined) return undefined
  return chain(apply(item), () => forEach(items, apply, index + 1))
}

type Unit = 'calls' | 'tokens' | 'bytes'

function limitKey(
  { name, line }: Rule,
  by: LimitUse['limit']['by'],
  { server, operation, target = '' }: PolicySubject,
  caller: string,
): string {
  const rule = `${name}\n${line}`
  switch (by) {
    case 'principal':
      return `${rule}\n${caller}`
    case 'operation':
      return `${rule}\n${caller}\n${server}.${target}.${operation}`
    case 'server':
      return `${rule}\n${caller}\n${server}`
    case 'all':
      return rule
  }
}

function budgetKey(rule: Rule, unit: Unit, context: RequestContext, end: number): string {
  return `${rule.name}\n${unit}\n${end}\n${callerKeyOf(context)}`
}

/** Returns the end of the day in UTC. */
function endOfDay(now: number): number {
  return (Math.floor(now / dayMs) + 1) * dayMs
}

/** Returns the tokens that a response reports, or 0. */
function tokensOf(response: ResponseEnvelope): number {
  const result = response.status === 'success' ? response.data['result'] : undefined
  const usage = isRecord(result) ? result['usage'] : undefined
  if (!isRecord(usage)) return 0
  const { inputTokens, outputTokens } = usage
  return count(inputTokens) + count(outputTokens)
}

const count = (value: unknown): number =>
  typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : 0

/**
 * Returns the size of a response as JSON and, if known, of the body of its request, in bytes. Called only for
 * rules with a budget of bytes.
 */
function bytesOf(response: ResponseEnvelope, { original }: RequestContext): number {
  const content = response.status === 'success' ? response.data : response.error
  const encoded = new TextEncoder().encode(JSON.stringify(content))
  return encoded.byteLength + (original?.body.byteLength ?? 0)
}
