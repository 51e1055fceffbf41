import type { ModelTool, ModelToolExample } from '@mcp/llm'
import type { ValuePlace } from './find-value.ts'
import { findText, findTexts } from './find-value.ts'
import type { Parameter } from './parameter.ts'
import { parametersOf } from './parameter.ts'
import { isEmptyToken } from './prompt-token.ts'
import { isExpression } from './read-expressions.ts'
import { slotCode, tokenizePrompt } from './tokenize-prompt.ts'

/** A value of an example that the title of the example contains. */
export interface Slot {
  readonly type: 'slot'
  readonly parameter: Parameter
  /** Notation of the value in the title. It determines the notations that a prompt may use. */
  readonly shape: 'bare' | 'quoted' | 'expression' | 'address' | 'list' | 'lines'
}

/** A word or sign of a title that a prompt should contain. */
export interface Literal {
  readonly type: 'literal'
  readonly form: string
  /** Whether the word has no meaning for the match. */
  readonly isEmpty: boolean
}

/** Title of an example with slots in place of its values: `multiply ⟨a⟩ by ⟨b⟩`. */
export interface Template {
  readonly elements: readonly (Slot | Literal)[]
  /**
   * Arguments that the title does not contain. They apply only to a prompt that contains every
   * significant word of the title.
   */
  readonly constants: Readonly<Record<string, unknown>>
}

/** Returns the template of an example, or undefined if the example has no title. */
export function exampleTemplate(tool: ModelTool, example: ModelToolExample): Template | undefined {
  if (example.title === undefined) return undefined
  const parameters = new Map(parametersOf(tool).map((parameter) => [parameter.name, parameter]))
  const slots: Slot[] = []
  const constants: [string, unknown][] = []
  let title = example.title

  const values = Object.entries(example.arguments).map(([name, value]) => ({ name, value }))
  for (const { name, value } of values.toSorted((left, right) => size(right) - size(left))) {
    const parameter = parameters.get(name)
    const place = parameter && findValue(title, value)
    if (parameter === undefined || place === undefined) {
      constants.push([name, value])
      continue
    }
    const sign = String.fromCodePoint(slotCode + slots.length)
    title = `${title.slice(0, place.start)} ${sign} ${title.slice(place.end)}`
    slots.push({ type: 'slot', parameter, shape: place.shape })
  }
  return { elements: readElements(title, slots), constants: Object.fromEntries(constants) }
}

function readElements(title: string, slots: readonly Slot[]): (Slot | Literal)[] {
  return tokenizePrompt(title).flatMap((token): (Slot | Literal)[] => {
    if (token.kind === 'mark') return []
    const slot =
      token.kind === 'slot' ? slots[(token.text.codePointAt(0) ?? 0) - slotCode] : undefined
    return [slot ?? { type: 'literal', form: token.form, isEmpty: isEmptyToken(token) }]
  })
}

// Long values are replaced first, because a short value can be part of a long value.
function size({ value }: { readonly value: unknown }): number {
  return typeof value === 'string' ? value.length : (JSON.stringify(value) ?? '').length
}

interface Place {
  readonly start: number
  readonly end: number
  readonly shape: Slot['shape']
}

function findValue(title: string, value: unknown): Place | undefined {
  if (typeof value === 'number') return shaped(findText(title, String(value)), 'bare')
  if (Array.isArray(value)) {
    const isPlain = value.every((item) => typeof item === 'string' || typeof item === 'number')
    return isPlain ? shaped(findTexts(title, value.map(String)), 'list') : undefined
  }
  if (typeof value !== 'string') return undefined
  const place = findText(title, value)
  if (place === undefined) {
    const lines = value.trim().split('\n')
    return lines.length > 1 ? shaped(findTexts(title, lines), 'lines') : undefined
  }
  if (place.isQuoted) return shaped(place, 'quoted')
  if (URL.canParse(value)) return shaped(place, 'address')
  return shaped(place, isExpression(tokenizePrompt(value)) ? 'expression' : 'bare')
}

function shaped(place: ValuePlace | undefined, shape: Slot['shape']): Place | undefined {
  return place && { start: place.start, end: place.end, shape }
}
