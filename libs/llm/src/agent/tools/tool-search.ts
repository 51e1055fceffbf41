import type { ModelTool } from '../../providers/model-provider.ts'
import { propertiesOf } from './flat-schema.ts'
import { searchWords } from './search-words.ts'

/** Weights of a word by the part of the tool that contains it. */
const weights = { name: 3, title: 2, example: 1.5, description: 1, parameter: 0.5 }

// The parameters k1 and b of BM25: saturation of repeated words, and normalization by length.
const saturation = 1.2
const normalization = 0.5

interface IndexedTool<Tool> {
  readonly tool: Tool
  /** Weighted number of occurrences by word. */
  readonly counts: ReadonlyMap<string, number>
  readonly length: number
}

/**
 * Returns a function that finds the tools that match a query, the best match first. It ranks by BM25: a
 * word that few tools contain counts more than a word that many contain.
 */
export function createToolSearch<Tool extends ModelTool>(
  tools: readonly Tool[],
): (query: string, limit?: number) => Tool[] {
  const indexed = tools.map((tool) => indexTool(tool))
  const averageLength =
    indexed.reduce((sum, { length }) => sum + length, 0) / Math.max(1, indexed.length)
  const frequency = new Map<string, number>()
  for (const { counts } of indexed) {
    for (const word of counts.keys()) frequency.set(word, (frequency.get(word) ?? 0) + 1)
  }
  const rarityOf = (word: string) => {
    const containing = frequency.get(word) ?? 0
    return Math.log(1 + (indexed.length - containing + 0.5) / (containing + 0.5))
  }

  return (query, limit = 10) => {
    const words = [...new Set(searchWords(query))].filter((word) => frequency.has(word))
    return indexed
      .map((entry) => ({ tool: entry.tool, score: scoreOf(entry, words) }))
      .filter(({ score }) => score > 0)
      .toSorted((left, right) => right.score - left.score)
      .slice(0, Math.max(1, Math.min(50, limit)))
      .map(({ tool }) => tool)
  }

  function scoreOf({ counts, length }: IndexedTool<Tool>, words: readonly string[]): number {
    const norm = saturation * (1 - normalization + (normalization * length) / averageLength)
    return words.reduce((score, word) => {
      const count = counts.get(word) ?? 0
      return score + (rarityOf(word) * count * (saturation + 1)) / (count + norm)
    }, 0)
  }
}

function indexTool<Tool extends ModelTool>(tool: Tool): IndexedTool<Tool> {
  const counts = new Map<string, number>()
  let length = 0
  const add = (text: string, weight: number) => {
    for (const word of searchWords(text)) {
      counts.set(word, (counts.get(word) ?? 0) + weight)
      length += weight
    }
  }
  add(tool.name, weights.name)
  add(tool.title ?? '', weights.title)
  add(tool.description, weights.description)
  for (const { title = '' } of tool.examples ?? []) add(title, weights.example)
  add(Object.keys(propertiesOf(tool.parameters)).join(' '), weights.parameter)
  return { tool, counts, length }
}
