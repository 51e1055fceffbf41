import { createToolSearch } from '@mcp/llm'

import type { CatalogueEntry } from '../catalogue.ts'

/**
 * Returns a function that finds operations by words of their title, name, description and examples, the best
 * match first. Operations whose name or title contains the text come before the ranked ones, so that a word
 * that is not complete yet finds them, too.
 */
export function createOperationSearch(
  entries: readonly CatalogueEntry[],
): (query: string) => readonly CatalogueEntry[] {
  const ranked = createToolSearch(
    entries.map((entry) => ({
      entry,
      name: entry.name,
      title: entry.operation.title,
      description: entry.operation.description,
      parameters: entry.operation.paramsSchema,
      examples: entry.operation.examples.map(({ title, params }) => ({ title, arguments: params })),
    })),
  )
  const searched = entries.map((entry) => ({
    entry,
    text: `${entry.name}\n${entry.operation.title}`.toLowerCase(),
  }))

  return (query) => {
    const text = query.trim().toLowerCase()
    if (text === '') return entries
    const words = text.split(/\s+/)
    const named = searched
      .filter((each) => words.every((word) => each.text.includes(word)))
      .toSorted((left, right) => rankOf(left.text, text) - rankOf(right.text, text))
      .map(({ entry }) => entry)
    return Array.from(new Set([...named, ...ranked(query, 50).map(({ entry }) => entry)]))
  }
}

/** Returns a smaller number for a text that has the query at the start of a word. */
function rankOf(text: string, query: string): number {
  const at = text.indexOf(query)
  if (at === -1) return 3
  if (at === 0 || text[at - 1] === '\n') return 0
  return /[.\s]/.test(text.charAt(at - 1)) ? 1 : 2
}
