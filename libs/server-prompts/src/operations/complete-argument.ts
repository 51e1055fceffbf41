import type { PromptArgument } from '@mcp/contracts/prompts'

export interface CompletionRequest {
  /** Text that the user has typed so far. */
  readonly value: string
  /** Values of the other arguments, by name. */
  readonly context: Readonly<Record<string, string>>
}

export interface Completion {
  readonly values: string[]
  readonly total: number
  readonly hasMore: boolean
}

// The Model Context Protocol limits a response to 100 values.
const maxValues = 100

/**
 * Returns the values of an argument that contain the typed text. Values that start with the text come
 * first.
 */
export function completeArgument(
  { completions, schema }: PromptArgument,
  { value, context }: CompletionRequest,
): Completion {
  const declared = completions.flatMap((completion) => {
    if (typeof completion === 'string') return completion
    const filled = new Map(Object.entries(context))
    const applies = Object.entries(completion.when).every(
      ([name, expected]) => filled.get(name) === expected,
    )
    return applies ? completion.value : []
  })
  const typed = value.toLowerCase()
  const candidates = Array.from(new Set([...declared, ...valuesOf(schema)]))
  const containing = candidates.filter((candidate) => candidate.toLowerCase().includes(typed))
  const starting = containing.filter((candidate) => candidate.toLowerCase().startsWith(typed))
  const sorted = Array.from(new Set([...starting, ...containing]))
  return {
    values: sorted.slice(0, maxValues),
    total: sorted.length,
    hasMore: sorted.length > maxValues,
  }
}

/** Returns the texts and numbers that the `enum` and the `examples` of a schema list, or both booleans. */
function valuesOf(schema: PromptArgument['schema']): string[] {
  if (schema['type'] === 'boolean') return ['true', 'false']
  const listed = [schema['enum'], schema['examples']].flatMap((list: unknown): unknown[] =>
    Array.isArray(list) ? list : [],
  )
  return listed.flatMap((value) =>
    typeof value === 'string' || typeof value === 'number' ? [String(value)] : [],
  )
}
