import type { Clock } from '@mcp/protocol'

import type { ModelUsage } from '@mcp/llm'
import { cutText } from './cut-text.ts'

/** Usage of one model call. */
export interface UsedTokens {
  readonly model: string
  readonly usage: ModelUsage
}

export interface UsageTally extends ModelUsage {
  readonly calls: number
}

export interface UsageSummary extends UsageTally {
  readonly byModel: readonly (UsageTally & { readonly model: string })[]
  /** Whether the log still contains all calls since the requested time. */
  readonly isComplete: boolean
}

/** Usage of one session. */
export interface UsageLog {
  add(used: UsedTokens): void
  /** Returns the usage since a time in milliseconds since the epoch, or in total. */
  summary(since?: number): UsageSummary
}

/** Maximum number of calls that are recorded with their time. */
const maxCalls = 1000
/** Maximum number of models with a count of their own. Further models are counted as `others`. */
const maxModels = 100
/** Maximum length of a model name, in characters. */
const maxNameChars = 256

type Call = UsedTokens & { readonly at: number }

export function createUsageLog(clock: Clock): UsageLog {
  const calls: Call[] = []
  const totals = new Map<string, UsageTally>()
  let discardedUntil = -Infinity

  return {
    add({ model: name, usage }) {
      const model = cutText(name, maxNameChars)
      count(totals, model, usage)
      calls.push({ model, usage, at: clock.now() })
      if (calls.length > maxCalls) discardedUntil = calls.shift()?.at ?? discardedUntil
    },
    summary(since) {
      if (since === undefined) return { ...summarize(totals), isComplete: true }
      const byModel = new Map<string, UsageTally>()
      for (const { at, model, usage } of calls) if (at >= since) count(byModel, model, usage)
      return { ...summarize(byModel), isComplete: since > discardedUntil }
    },
  }
}

function count(tallies: Map<string, UsageTally>, model: string, usage: ModelUsage): void {
  const name = tallies.has(model) || tallies.size < maxModels ? model : 'others'
  const before = tallies.get(name) ?? { calls: 0, inputTokens: 0, outputTokens: 0 }
  tallies.set(name, {
    calls: before.calls + 1,
    inputTokens: sum(before.inputTokens, usage.inputTokens),
    outputTokens: sum(before.outputTokens, usage.outputTokens),
  })
}

/** Adds two numbers, up to the largest safe integer. Clients may record numbers of any size. */
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
