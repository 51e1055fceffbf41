import type { Clock } from '@mcp/protocol'

import type { ModelUsage } from '@mcp/llm'
import { cutText } from './cut-text.ts'

/** What one call of a model took. */
export interface UsedTokens {
  readonly model: string
  readonly usage: ModelUsage
}

export interface UsageTally extends ModelUsage {
  readonly calls: number
}

export interface UsageSummary extends UsageTally {
  readonly byModel: readonly (UsageTally & { readonly model: string })[]
  /** False where single calls that far back are no longer kept. */
  readonly isComplete: boolean
}

/** What the calls of one session took. */
export interface UsageLog {
  add(used: UsedTokens): void
  /** Since then, in milliseconds since the epoch; all there ever was without. */
  summary(since?: number): UsageSummary
}

/** How many single calls are kept to be counted by time, and how many models by name. */
const mostCalls = 1000
const mostModels = 100
/** The longest name of a model that is kept, in characters. */
const longestName = 256

type Call = UsedTokens & { readonly at: number }

export function createUsageLog(clock: Clock): UsageLog {
  const calls: Call[] = []
  const totals = new Map<string, UsageTally>()
  let forgottenUntil = -Infinity

  return {
    add({ model: name, usage }) {
      const model = cutText(name, longestName)
      count(totals, model, usage)
      calls.push({ model, usage, at: clock.now() })
      if (calls.length > mostCalls) forgottenUntil = calls.shift()?.at ?? forgottenUntil
    },
    summary(since) {
      if (since === undefined) return { ...summarize(totals), isComplete: true }
      const byModel = new Map<string, UsageTally>()
      for (const { at, model, usage } of calls) if (at >= since) count(byModel, model, usage)
      return { ...summarize(byModel), isComplete: since > forgottenUntil }
    },
  }
}

function count(tallies: Map<string, UsageTally>, model: string, usage: ModelUsage): void {
  const name = tallies.has(model) || tallies.size < mostModels ? model : 'others'
  const before = tallies.get(name) ?? { calls: 0, inputTokens: 0, outputTokens: 0 }
  tallies.set(name, {
    calls: before.calls + 1,
    inputTokens: sum(before.inputTokens, usage.inputTokens),
    outputTokens: sum(before.outputTokens, usage.outputTokens),
  })
}

/** Clients may record any numbers, and beyond this they are no longer whole. */
const sum = (a: number, b: number): number => Math.min(Number.MAX_SAFE_INTEGER, a + b)

function summarize(tallies: ReadonlyMap<string, UsageTally>) {
  const total = { calls: 0, inputTokens: 0, outputTokens: 0 }
  for (const { calls, inputTokens, outputTokens } of tallies.values()) {
    total.calls += calls
    total.inputTokens = sum(total.inputTokens, inputTokens)
    total.outputTokens = sum(total.outputTokens, outputTokens)
  }
  return { ...total, byModel: Array.from(tallies, ([model, tally]) => ({ model, ...tally })) }
}
