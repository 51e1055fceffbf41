import { searchTools } from '@mcp/llm'
import type { ModelTool } from '@mcp/llm'
import { formatArguments, formatResult } from './format-result.ts'
import type { PartResult, PlannedPart } from './plan-prompt.ts'
import { maxParts } from './plan-prompt.ts'

/** Label that every response of the planner with text contains. */
export const plannerLabel = 'offline planner: no language model'

export interface ResponseParts {
  readonly parts: readonly PlannedPart[]
  readonly outcomes: ReadonlyMap<number, CallResult>
  /** Returns prompts that work. Called if the prompt is empty or a part of it matched nothing. */
  readonly suggest: () => Promise<readonly string[]>
}

/** Result of a call, with its text or the text of its error. */
export interface CallResult extends PartResult {
  readonly content: string
}

/** Returns the response: calls, results, and parts that could not run. */
export async function plannerResponse(response: ResponseParts): Promise<string> {
  const { parts, outcomes, suggest } = response
  const isOnly = parts.length === 1
  const said = parts.map((part, index) => describePart(part, outcomes.get(index), isOnly))
  const isLost = parts.length === 0 || parts.some(({ type }) => type === 'unmatched')
  if (parts.length === 0) said.push('The prompt contains nothing that I can run.')
  return [...said, ...(isLost ? [help(await suggest())] : []), `(${plannerLabel})`].join('\n\n')
}

function describePart(part: PlannedPart, outcome: CallResult | undefined, isOnly: boolean): string {
  const { text, type } = part
  if (type === 'unmatched') return `I could not match this to anything I can run: ${quote(text)}`
  if (type === 'stranded') {
    return `I did not run this, since there is no earlier result to use: ${quote(text)}`
  }
  if (type === 'omitted') {
    return `I did not run ${part.count} more, since a prompt can have at most ${maxParts} parts. The first of them: ${quote(text)}`
  }
  if (type === 'waiting' || outcome === undefined) return `I did not get to this: ${quote(text)}`

  const ran = `I ran ${part.tool.name} with ${formatArguments(part.arguments)}`
  if (outcome.isError) return `${ran}, and it failed: ${outcome.content}`
  const heading = isOnly ? '' : `${quote(text)}:\n`
  return `${heading}${formatResult(outcome.result, text)}\n\n${ran}.`
}

const quote = (text: string) => `“${text.length > 200 ? `${text.slice(0, 200)}…` : text}”`

function help(suggestions: readonly string[]): string {
  const why =
    'Without a language model, I only run operations whose words or examples match the prompt. Put texts in quotes.'
  if (suggestions.length === 0) return `${why} No operations are offered here.`
  return `${why} These would work:\n\n${suggestions.map((prompt) => `- ${prompt}`).join('\n')}`
}

const maxSuggestions = 6

/** Returns example titles that work as prompts. Tools that are similar to the prompt come first. */
export async function suggestPrompts(
  tools: readonly ModelTool[],
  prompt: string,
  isPossible: (title: string) => Promise<boolean>,
): Promise<string[]> {
  const near = new Set(searchTools(tools, prompt, 3).map(({ name }) => name))
  const step = Math.max(1, Math.floor(tools.length / maxSuggestions))
  // Among the other tools, every n-th tool comes first, because adjacent tools are similar.
  const order = [...tools.entries()].toSorted(
    ([left, { name: leftName }], [right, { name: rightName }]) =>
      Number(near.has(rightName)) - Number(near.has(leftName)) ||
      (left % step) - (right % step) ||
      left - right,
  )
  const found: string[] = []
  for (const [, { examples = [] }] of order) {
    if (found.length === maxSuggestions) break
    for (const { title } of examples) {
      if (title === undefined || !(await isPossible(title))) continue
      found.push(title)
      break
    }
  }
  return found
}
