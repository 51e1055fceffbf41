import { parseJson } from '@mcp/protocol'

import { wordForm } from '@mcp/llm'
import type { PromptToken, TokenKind } from './prompt-token.ts'
import { turnSums } from './turn-sums.ts'

/** First of the private code points that replace values in a title. Texts do not use these code points. */
export const slotCode = 0xe000

interface Found {
  readonly kind: TokenKind
  readonly length: number
  readonly value: unknown
}

const patterns: readonly (readonly [TokenKind, RegExp])[] = [
  ['quoted', /"([^"]*)"|“([^”]*)”|`([^`]*)`|(?<![\p{L}\p{N}])'([^']*)'(?![\p{L}\p{N}])/uy],
  ['url', /[a-z][a-z0-9+.-]*:\/\/[^\s"'<>]*[^\s"'<>.,;:!?)\]]/iy],
  // A date, a version or an IP address is one word, not an expression.
  ['word', /\d{4}-\d{2}-\d{2}[\dT:.Z+-]*(?![\w])|\d+(?:\.\d+){2,}/y],
  ['number', /(?:\d+(?:\.\d+)?|\.\d+)(?:e[+-]?\d+)?/iy],
  ['word', /[\p{L}_](?:[\p{L}\p{N}\p{M}_'’@./\\-]*[\p{L}\p{N}\p{M}_])?/uy],
  ['word', /(?<![\p{L}\p{N})])[~.]*\/[\p{L}_.](?:[^\s"',;!?()]*[^\s"',;.!?()])?/uy],
  ['slot', /[\uE000-\uEFFF]/y],
  ['operator', /\*\*|[-+*/^%×÷−·]/y],
  ['mark', /\S/uy],
]

/** Returns the tokens of a text. */
export function tokenizePrompt(text: string): PromptToken[] {
  const tokens: PromptToken[] = []
  for (let at = 0; at < text.length;) {
    if (/\s/.test(text.charAt(at))) {
      at++
      continue
    }
    const { kind, length, value } = readJson(text, at) ?? readPattern(text, at, tokens.at(-1))
    const written = text.slice(at, at + length)
    const form = kind === 'word' || kind === 'operator' ? formOf(written) : written
    tokens.push({ kind, text: written, value, form, start: at, end: at + length })
    at += length
  }
  return turnSums(joinPhrases(timesSigns(tokens)))
}

function readPattern(text: string, at: number, before: PromptToken | undefined): Found {
  const negative = readNegative(text, at, before)
  if (negative !== undefined) return negative
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = at
    const match = pattern.exec(text)
    if (match !== null) {
      const [whole, ...groups] = match
      const inner = kind === 'quoted' ? (groups.find((group) => group !== undefined) ?? '') : whole
      return { kind, length: whole.length, value: kind === 'number' ? Number(whole) : inner }
    }
  }
  return { kind: 'mark', length: 1, value: text.charAt(at) }
}

/** Reads a negative number. A minus belongs to the number unless it follows a possible left operand. */
function readNegative(
  text: string,
  at: number,
  before: PromptToken | undefined,
): Found | undefined {
  const match = /^-(?:\d+(?:\.\d+)?|\.\d+)(?:e[+-]?\d+)?/i.exec(text.slice(at, at + 40))
  if (match === null) return undefined
  const isTaken =
    before !== undefined &&
    (before.kind === 'number' ||
      before.kind === 'slot' ||
      before.text === ')' ||
      (before.kind === 'word' && (before.text.length === 1 || before.end === at)))
  if (isTaken) return undefined
  return { kind: 'number', length: match[0].length, value: Number(match[0]) }
}

function readJson(text: string, at: number): Found | undefined {
  const open = text.charAt(at)
  if (open !== '{' && open !== '[') return undefined
  const length = balancedLength(text, at)
  if (length === undefined) return undefined
  try {
    return { kind: 'json', length, value: parseJson(text.slice(at, at + length)) }
  } catch {
    return undefined
  }
}

function balancedLength(text: string, start: number): number | undefined {
  let depth = 0
  let isInText = false
  for (let at = start; at < text.length; at++) {
    const sign = text.charAt(at)
    if (isInText) {
      if (sign === '\\') at++
      else if (sign === '"') isInText = false
    } else if (sign === '"') isInText = true
    else if (sign === '{' || sign === '[') depth++
    else if ((sign === '}' || sign === ']') && --depth === 0) return at + 1 - start
  }
  return undefined
}

function formOf(word: string): string {
  // "SHA-256" gets the same form as "sha256".
  return wordForm(word.length > 1 ? word.replaceAll(/(?<=\p{L})-(?=\d)/gu, '') : word)
}

/** Turns an x between two numbers into an operator: `12 x 3`. */
function timesSigns(tokens: readonly PromptToken[]): PromptToken[] {
  const isNumber = (token: PromptToken | undefined) =>
    token?.kind === 'number' || token?.kind === 'slot'
  return tokens.map((token, index) => {
    if (token.text !== 'x' || !isNumber(tokens[index - 1]) || !isNumber(tokens[index + 1])) {
      return token
    }
    return { ...token, kind: 'operator', form: wordForm('*') }
  })
}

const phrases = new Map([
  ['how many', 'count'],
  ['number of', 'count'],
  ['look up', 'find'],
])

/** Joins two words that mean the same as one word. */
function joinPhrases(tokens: readonly PromptToken[]): PromptToken[] {
  const joined: PromptToken[] = []
  for (const token of tokens) {
    const before = joined.at(-1)
    const form = before && phrases.get(`${before.text} ${token.text}`.toLowerCase())
    if (before === undefined || form === undefined) {
      joined.push(token)
    } else {
      const text = `${before.text} ${token.text}`
      joined.splice(-1, 1, { ...before, text, value: text, form, end: token.end })
    }
  }
  return joined
}
