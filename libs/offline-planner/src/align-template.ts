import type { Template } from './example-template.ts'
import type { PromptToken } from './prompt-token.ts'
import { takeValues } from './take-value.ts'

/** Alignment of a prompt with a template. */
export interface Alignment {
  /** Values of the slots, by parameter name. */
  readonly values: ReadonlyMap<string, unknown>
  /** Indexes of the tokens that were aligned with the template. */
  readonly used: ReadonlySet<number>
  /** Weighted share of the template that was found in the prompt, from 0 to 1. */
  readonly recall: number
  /** Whether every significant word of the template was found. */
  readonly isWhole: boolean
  /** `substance` divided by the number of significant words of the template, or 1 if it has none. */
  readonly wordRecall: number
  /** Number of significant words, choices and expressions that were found. */
  readonly substance: number
  /** Whether a value consists of unquoted words, which are ambiguous. */
  readonly isLoose: boolean
}

interface Link {
  readonly token: number
  readonly end: number
  readonly element: number
  readonly value?: unknown
  readonly isLoose?: boolean
}

interface Path {
  readonly score: number
  readonly link?: Link
  readonly rest?: Path
}

const nothing: Path = { score: 0 }
const slotWeight = 1
const emptyWeight = 0.2

/**
 * Returns the best alignment of the tokens with a template. Slots and words are aligned in the order
 * of the template. Significant words that are still missing are then searched for in any order.
 */
// This function is longer than the limit, because all steps share the table of paths.
// oxlint-disable-next-line max-lines-per-function
export function alignTemplate({ elements }: Template, tokens: readonly PromptToken[]): Alignment {
  const width = tokens.length + 1
  const best: Path[] = Array.from({ length: (elements.length + 1) * width }, () => nothing)
  const pathAt = (element: number, token: number) => best[element * width + token] ?? nothing

  for (let element = elements.length - 1; element >= 0; element--) {
    for (let token = tokens.length - 1; token >= 0; token--) {
      best[element * width + token] = bestPath(element, token)
    }
  }
  return readPath(pathAt(0, 0))

  function bestPath(element: number, token: number): Path {
    const skipped = [pathAt(element + 1, token), pathAt(element, token + 1)]
    return [...linksAt(element, token), ...skipped].reduce((left, right) =>
      right.score > left.score ? right : left,
    )
  }

  function linksAt(element: number, token: number): Path[] {
    const wanted = elements[element]
    if (wanted === undefined) return []
    if (wanted.type === 'literal') {
      if (tokens[token]?.form !== wanted.form || tokens[token]?.kind === 'quoted') return []
      const rest = pathAt(element + 1, token + 1)
      const link = { token, end: token + 1, element }
      return [{ score: rest.score + weight(element), link, rest }]
    }
    return takeValues(wanted, tokens, token).map(({ end, value, confidence, isLoose }) => {
      const rest = pathAt(element + 1, end)
      const link = { token, end, element, value, isLoose }
      return { score: rest.score + slotWeight * confidence, link, rest }
    })
  }

  function weight(element: number): number {
    const wanted = elements[element]
    return wanted?.type === 'literal' && wanted.isEmpty ? emptyWeight : 1
  }

  function readPath(path: Path): Alignment {
    const links: Link[] = []
    for (let at: Path | undefined = path; at !== undefined; at = at.rest) {
      if (at.link !== undefined) links.push(at.link)
    }
    const used = new Set(
      links.flatMap(({ token, end }) =>
        Array.from({ length: end - token }, (_, offset) => token + offset),
      ),
    )
    const found = new Set(links.map(({ element }) => element))
    const elsewhere = literalsElsewhere(found, used)
    const all = elements.reduce((sum, _, element) => sum + weight(element), 0)
    const got = elements.reduce((sum, _, element) => {
      if (found.has(element)) return sum + weight(element)
      return elsewhere.has(element) ? sum + 0.8 * weight(element) : sum
    }, 0)
    const isFound = (element: number) => found.has(element) || elsewhere.has(element)
    const telling = elements.flatMap((element, index) =>
      element.type === 'literal' && !element.isEmpty ? [index] : [],
    )
    const substance = telling.filter(isFound).length + shapesFound(found)
    return {
      values: new Map(
        links.flatMap(({ element, value }) => {
          const slot = elements[element]
          return slot?.type === 'slot' ? [[slot.parameter.name, value] as const] : []
        }),
      ),
      used: new Set([...used, ...elsewhere.values()]),
      recall: all === 0 ? 0 : got / all,
      isWhole: telling.every(isFound),
      wordRecall: telling.length === 0 ? 1 : substance / telling.length,
      substance,
      isLoose: links.some(({ isLoose }) => isLoose === true),
    }
  }

  /** Finds template words that the prompt has in another order. Returns token indexes by element index. */
  function literalsElsewhere(found: ReadonlySet<number>, used: ReadonlySet<number>) {
    const places = new Map<number, number>()
    elements.forEach((wanted, element) => {
      if (wanted.type !== 'literal' || wanted.isEmpty || found.has(element)) return
      const token = tokens.findIndex(
        ({ form, kind }, index) => form === wanted.form && kind !== 'quoted' && !used.has(index),
      )
      if (token !== -1) places.set(element, token)
    })
    return places
  }

  /** Returns the number of found slots that are significant by themselves: choices and expressions. */
  function shapesFound(found: ReadonlySet<number>): number {
    return elements.filter(
      (wanted, element) =>
        wanted.type === 'slot' &&
        found.has(element) &&
        (wanted.shape === 'expression' || wanted.parameter.kind === 'choice'),
    ).length
  }
}
