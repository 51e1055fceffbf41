import type { ModelTool } from '@mcp/llm'
import { addResult, putResult, refersBack, resultToken } from './carry-result.ts'
import type { PromptMatch, PromptMatcher } from './match-prompt.ts'
import { readPrompt } from './match-prompt.ts'
import type { PromptToken } from './prompt-token.ts'
import { splitPrompt } from './split-prompt.ts'

/** Plan for one part of a prompt. */
export type PlannedPart =
  | {
      readonly type: 'call'
      readonly text: string
      readonly tool: ModelTool
      readonly arguments: Readonly<Record<string, unknown>>
    }
  /** The part needs the result of a call that has not finished. */
  | { readonly type: 'waiting'; readonly text: string }
  | { readonly type: 'unmatched'; readonly text: string }
  /** The part refers to an earlier result, but no usable result exists. */
  | { readonly type: 'stranded'; readonly text: string }
  /** The parts beyond the maximum. `text` is the first of them. */
  | { readonly type: 'omitted'; readonly text: string; readonly count: number }

/** Result of a call. */
export interface PartResult {
  readonly isError: boolean
  readonly result: unknown
}

/** Maximum number of parts of a prompt that run. */
export const maxParts = 20

/**
 * Returns the plan of each part of a prompt. `outcomes` contains the results of the finished calls,
 * keyed by part index. Planning is deterministic, so each step of the agent can plan again.
 */
export async function planPrompt(
  prompt: string,
  matcher: PromptMatcher,
  outcomes: ReadonlyMap<number, PartResult>,
): Promise<PlannedPart[]> {
  const parts: PlannedPart[] = []
  const texts = splitPrompt(prompt)
  for (const [index, text] of texts.slice(0, maxParts).entries()) {
    const readings = readPrompt(text)
    const before = parts[index - 1]
    const refers = before !== undefined && readings.some(refersBack)
    const match = refers ? undefined : await bestMatch(matcher, readings)
    if (match !== undefined) parts.push(toCall(text, match))
    else if (before === undefined) parts.push({ type: 'unmatched', text })
    else
      parts.push(await planWithResult({ text, readings, refers }, before, outcomes.get(index - 1)))
  }
  const [omitted, ...others] = texts.slice(maxParts)
  if (omitted !== undefined) {
    parts.push({ type: 'omitted', text: omitted, count: 1 + others.length })
  }
  return parts

  async function planWithResult(
    { text, readings, refers }: Reading,
    before: PlannedPart,
    outcome: PartResult | undefined,
  ): Promise<PlannedPart> {
    const lost: PlannedPart = { type: refers ? 'stranded' : 'unmatched', text }
    if (before.type !== 'call' && before.type !== 'waiting') return lost
    if (outcome === undefined) return { type: 'waiting', text }
    const token = outcome.isError ? undefined : resultToken(outcome.result)
    if (token === undefined) return lost
    const put = refers ? putResult : addResult
    const match = await bestMatch(
      matcher,
      readings.map((tokens) => put(tokens, token)),
    )
    return match === undefined ? { type: 'unmatched', text } : toCall(text, match)
  }
}

interface Reading {
  readonly text: string
  readonly readings: readonly PromptToken[][]
  readonly refers: boolean
}

function toCall(text: string, { tool, arguments: args }: PromptMatch): PlannedPart {
  return { type: 'call', text, tool, arguments: args }
}

async function bestMatch(
  matcher: PromptMatcher,
  readings: readonly PromptToken[][],
): Promise<PromptMatch | undefined> {
  const matches: PromptMatch[] = []
  for (const tokens of readings) {
    const match = await matcher.match(tokens)
    if (match !== undefined) matches.push(match)
  }
  return matches.toSorted((left, right) => right.score - left.score)[0]
}
