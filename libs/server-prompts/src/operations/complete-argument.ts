import type { PromptArgument } from '@mcp/contracts/prompts'

/** What was typed so far, and what is filled in already. */
export interface CompletionRequest {
  readonly value: string
  readonly context: Readonly<Record<string, string>>
}

export interface Completion {
  readonly values: string[]
  readonly total: number
  readonly hasMore: boolean
}

// What the standard protocol allows in one answer.
const mostValues = 100

/** Values for an argument that hold what was typed: those that begin with it first. */
export function completeArgument(
  { completions, schema }: PromptArgument,
  { value, context }: CompletionRequest,
): Completion {
  const offered = completions.flatMap((each) => {
    if (typeof each === 'string') return each
    const filled = new Map(Object.entries(context))
    const fits = Object.entries(each.when).every(([name, wanted]) => filled.get(name) === wanted)
    return fits ? each.value : []
  })
  const typed = value.toLowerCase()
  const all = Array.from(new Set([...offered, ...valuesOf(schema)]))
  const holding = all.filter((each) => each.toLowerCase().includes(typed))
  const beginning = holding.filter((each) => each.toLowerCase().startsWith(typed))
  const sorted = Array.from(new Set([...beginning, ...holding]))
  return {
    values: sorted.slice(0, mostValues),
    total: sorted.length,
    hasMore: sorted.length > mostValues,
  }
}

/** The values that a schema names. */
function valuesOf(schema: PromptArgument['schema']): string[] {
  if (schema['type'] === 'boolean') return ['true', 'false']
  return [schema['enum'], schema['examples']].flatMap((list) =>
    Array.isArray(list) ? list.filter((each) => typeof each === 'string') : [],
  )
}
