import { isRecord } from '@mcp/protocol'

import type { PromptToken } from './prompt-token.ts'

const pronouns = new Set(['it', 'that', 'this', 'them'])
const nouns = new Set(['result', 'answer', 'output', 'sum', 'product', 'total'])

/** Whether a prompt refers to an earlier result, as in "double it" or "the result". */
export function refersBack(tokens: readonly PromptToken[]): boolean {
  return tokens.some((token, at) => isReference(tokens, at))
}

/** Returns the prompt with the earlier result in place of the words that refer to it. */
export function putResult(tokens: readonly PromptToken[], result: PromptToken): PromptToken[] {
  return tokens.flatMap((token, at) => {
    if (isReference(tokens, at)) return isNoun(tokens, at + 1) ? [] : [result]
    return isNoun(tokens, at) ? [result] : [token]
  })
}

/** Inserts the earlier result after the first word of the prompt: `uppercase ⟨it⟩`. */
export function addResult(tokens: readonly PromptToken[], result: PromptToken): PromptToken[] {
  return [...tokens.slice(0, 1), result, ...tokens.slice(1)]
}

function isReference(tokens: readonly PromptToken[], at: number): boolean {
  const token = tokens[at]
  if (token?.kind !== 'word') return false
  const word = token.text.toLowerCase()
  return pronouns.has(word) || (word === 'the' && isNoun(tokens, at + 1))
}

function isNoun(tokens: readonly PromptToken[], at: number): boolean {
  const before = tokens[at - 1]?.text.toLowerCase() ?? ''
  const word = tokens[at]?.text.toLowerCase() ?? ''
  return nouns.has(word) && (before === 'the' || pronouns.has(before))
}

/**
 * Returns a result as a token of a prompt, or undefined if the result contains no single number, text or list.
 * Of an object with several fields, only the field `value`, `text` or `content` is used.
 */
export function resultToken(result: unknown): PromptToken | undefined {
  const value = onlyValue(result)
  const place = { start: -1, end: -1 }
  if (typeof value === 'number') {
    return { kind: 'number', text: String(value), form: String(value), value, ...place }
  }
  if (typeof value === 'string') {
    return { kind: 'quoted', text: JSON.stringify(value), form: value, value, ...place }
  }
  if (!Array.isArray(value)) return undefined
  const text = JSON.stringify(value)
  return { kind: 'json', text, form: text, value, ...place }
}

function onlyValue(result: unknown): unknown {
  if (!isRecord(result)) return result
  const values = Object.values(result)
  return values.length === 1 ? values[0] : (result['value'] ?? result['text'] ?? result['content'])
}
