import { wordForm } from '@mcp/llm'
import type { Slot } from './example-template.ts'
import type { Parameter } from './parameter.ts'
import type { PromptToken } from './prompt-token.ts'
import { isEmptyToken } from './prompt-token.ts'

/** A value read from a prompt. */
export interface Taken {
  /** Index after the last token of the value. */
  readonly end: number
  readonly value: unknown
  /** Confidence that these tokens are the value, from 0 to 1. */
  readonly confidence: number
  /** Whether the value consists of unquoted words, which are ambiguous. */
  readonly isLoose: boolean
}

type Tokens = readonly PromptToken[]

/** Maximum number of words of a value without quotes. */
const maxWords = 6

/** Returns the values that a slot can take from the tokens that start at `at`. */
export function takeValues({ parameter, shape }: Slot, tokens: Tokens, at: number): Taken[] {
  if (shape === 'list' || shape === 'lines') return takeList(parameter, tokens, at, shape)
  const token = tokens[at]
  if (token === undefined) return []
  const sure = takeOne(parameter, token)
  if (sure !== undefined) return [{ end: at + 1, value: sure, confidence: 1, isLoose: false }]
  if (parameter.kind !== 'text') return []
  if (token.kind === 'url' && shape === 'expression') return []
  if (token.kind === 'expression' || token.kind === 'url') {
    const confidence = shape === 'expression' || token.kind === 'url' ? 1 : 0.5
    return [{ end: at + 1, value: token.value, confidence, isLoose: false }]
  }
  // A word with neither a dot nor a colon is not an address.
  if (shape === 'address' && !/[\w]\.[\w]|:/.test(token.text)) return []
  return shape === 'expression' || vague.test(token.text) ? [] : takeWords(tokens, at, shape)
}

/** Returns the value of a token if it certainly fits the parameter, otherwise undefined. */
export function takeOne(parameter: Parameter, token: PromptToken): unknown {
  switch (parameter.kind) {
    case 'number': {
      const isFit =
        token.kind === 'number' && (!parameter.isInteger || Number.isInteger(token.value))
      return isFit ? token.value : undefined
    }
    case 'text':
      return token.kind === 'quoted' ? token.value : undefined
    case 'choice':
      return takeChoice(parameter, token)
    case 'json':
    case 'numbers':
    case 'texts':
      return token.kind === 'json' ? token.value : undefined
    case 'flag':
      return undefined
  }
  return undefined
}

function takeChoice({ choices }: Parameter, token: PromptToken): string | undefined {
  if (token.kind !== 'word' && token.kind !== 'quoted') return undefined
  const written = plain(String(token.value))
  return (
    choices.find((choice) => plain(choice) === written) ??
    choices.find((choice) => wordForm(plain(choice)) === wordForm(written))
  )
}

const plain = (word: string) => word.toLowerCase().replaceAll(/[-_\s]/g, '')

function takeWords(tokens: Tokens, at: number, shape: Slot['shape']): Taken[] {
  if (shape === 'quoted' && !mayBeText(tokens, at)) return []
  const taken: Taken[] = []
  for (let end = at + 1; end <= Math.min(tokens.length, at + maxWords); end++) {
    const word = tokens[end - 1]
    if (word?.kind !== 'word' || (shape === 'quoted' && isJoint(word))) break
    const words = tokens.slice(at, end)
    // "do" and "a" are not names.
    if (words.every(isEmptyToken)) continue
    // If the value is quoted in the example, unquoted words have a lower confidence.
    const confidence = (shape === 'quoted' ? 0.6 : 0.9) - 0.05 * (words.length - 1)
    const value = words.map(({ text }) => text).join(' ')
    taken.push({ end, value, confidence, isLoose: true })
  }
  return taken
}

/** Returns the list that starts at `at`, or no value. Commas or "and" separate the items of the list. */
export function takeList(
  { kind }: Parameter,
  tokens: Tokens,
  at: number,
  shape: 'list' | 'lines',
): Taken[] {
  const first = tokens[at]
  if (first?.kind === 'json')
    return [{ end: at + 1, value: first.value, confidence: 1, isLoose: false }]
  const values: unknown[] = []
  let isLoose = false
  let end = at
  for (let next = at; ; next = skipSeparators(tokens, end)) {
    const token = tokens[next]
    // Two values need a separator.
    if (token === undefined || (next === end && values.length > 0)) break
    const isFit = kind === 'numbers' ? token.kind === 'number' : isListed(token)
    if (!isFit) break
    values.push(shape === 'lines' ? String(token.value) : token.value)
    isLoose ||= token.kind === 'word'
    end = next + 1
  }
  if (values.length === 0) return []
  const value = shape === 'lines' ? values.join('\n') : values.map(asItem(kind))
  // One unquoted word is not a list.
  return isLoose && values.length === 1 ? [] : [{ end, value, confidence: 1, isLoose }]
}

const asItem = (kind: Parameter['kind']) => (value: unknown) =>
  kind === 'texts' ? String(value) : value

function isListed({ kind }: PromptToken): boolean {
  return kind === 'quoted' || kind === 'expression' || kind === 'word' || kind === 'number'
}

function skipSeparators(tokens: Tokens, at: number): number {
  let next = at
  while (tokens[next]?.text === ',' || tokens[next]?.text.toLowerCase() === 'and') next++
  return next
}

const questions = /^(?:how|what|who|where|when|why|which|is|are|was|do|does|did|can|could|will)\b/i
const openers = new Set(['of', 'for', 'in', 'on', 'about', 'with', 'text', ':'])
const determiners = new Set(['a', 'an', 'the', 'my', 'your', 'our', 'their', 'this', 'that', 'all'])
const vague = /^(?:all|both|each|(?:any|every|no|some)(?:thing|one|body))$/i
const joints = new Set(['as', 'to', 'in', 'with', 'from', 'into', 'by', 'at'])

/** Whether a word such as "to" or "with" can end the unquoted text before it. */
export function isJoint({ text }: PromptToken): boolean {
  return joints.has(text.toLowerCase())
}

/**
 * Whether the words at `at` can be an unquoted text, as in "reverse abc". Returns false for "reverse
 * the decision" and for "how many people live in Oslo".
 */
export function mayBeText(tokens: Tokens, at: number): boolean {
  const before = tokens[at - 1]
  const word = tokens[at]?.text.toLowerCase() ?? ''
  if (before === undefined || determiners.has(word) || questions.test(tokens[0]?.text ?? '')) {
    return false
  }
  return openers.has(before.text.toLowerCase()) || !isEmptyToken(before)
}
