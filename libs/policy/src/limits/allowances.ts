import { chain } from '@mcp/concurrency'
import type { Clock, MaybePromise, RequestContext, ResponseEnvelope } from '@mcp/protocol'
import { callerKeyOf, isRecord } from '@mcp/protocol'

import { limitReached } from '../access/denial.ts'
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
   * Counts a request.
   *
   * @throws McpError `rate-limited` if the limit or a budget of the rule is used up.
   */
  take(counted: CountedRequest): MaybePromise<void>
  /** Counts the tokens of a response, and the bytes of the request and the response. */
  settle(counted: CountedRequest, response: ResponseEnvelope): void
}

const dayMs = 86_400_000

export function createAllowances(
  counters: PolicyCounters,
  clock: Clock,
  onError: (error: unknown) => void,
): Allowances {
  function takeLimit({ rule, subject, context }: CountedRequest): MaybePromise<void> {
    const { limit } = rule
    if (limit === undefined) return undefined
    const key = limitKey(rule, limit.by, subject, callerKeyOf(context))
    return chain(counters.take(key, limit), (waitMs) => {
      if (waitMs > 0) throw limitReached(rule, 'limit', waitMs)
    })
  }

  function takeBudget({ rule, context }: CountedRequest): MaybePromise<void> {
    const { budget } = rule
    if (budget === undefined) return undefined
    const now = clock.now()
    const end = endOfDay(now)
    const total = (unit: Unit, amount: number, max: number | undefined): MaybePromise<void> => {
      if (max === undefined) return undefined
      return chain(counters.add(budgetKey(rule, unit, context, end), amount, end), (used) => {
        // Tokens and bytes are counted after the response, so at least one must be left before the call.
        if (used + (amount === 0 ? 1 : 0) <= max) return undefined
        // The refused call does not count towards the budget.
        const returned =
          amount === 0 ? 0 : counters.add(budgetKey(rule, unit, context, end), -amount, end)
        return chain(returned, () => {
          throw limitReached(rule, `daily budget of ${max} ${unit}`, end - now)
        })
      })
    }
    return chain(total('tokens', 0, budget.tokens), () =>
      chain(total('bytes', 0, budget.bytes), () => total('calls', 1, budget.calls)),
    )
  }

  return {
    take: (counted) => chain(takeLimit(counted), () => takeBudget(counted)),
    settle({ rule, context }, response) {
      const { budget } = rule
      const end = endOfDay(clock.now())
      const add = (unit: Unit, amount: number): void => {
        if (amount === 0) return
        try {
          const adding = counters.add(budgetKey(rule, unit, context, end), amount, end)
          if (adding instanceof Promise) adding.catch(onError)
        } catch (error) {
          onError(error)
        }
      }
      if (budget?.tokens !== undefined) add('tokens', tokensOf(response))
      if (budget?.bytes !== undefined) add('bytes', bytesOf(response, context))
    },
  }
}

type Unit = 'calls' | 'tokens' | 'bytes'

function limitKey(
  { name, line }: Rule,
  by: NonNullable<Rule['limit']>['by'],
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
