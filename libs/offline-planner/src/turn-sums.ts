import { wordForm } from '@mcp/llm'
import type { PromptToken } from './prompt-token.ts'

/**
 * Reorders a prompt that names the second operand first. "Subtract 3 from 10" becomes `10 minus 3`,
 * and "divide 3 into 12" becomes `12 divide 3`.
 */
export function turnSums(tokens: readonly PromptToken[]): PromptToken[] {
  const at = tokens.findIndex((_, index) => isTurned(tokens, index))
  const [verb, second, , first] = tokens.slice(at, at + 4)
  if (at === -1 || verb === undefined || second === undefined || first === undefined) {
    return [...tokens]
  }
  return [...tokens.slice(0, at), first, verb, second, ...tokens.slice(at + 4)]
}

const turning = new Map([
  [wordForm('minus'), 'from'],
  [wordForm('divide'), 'into'],
])

function isTurned(tokens: readonly PromptToken[], at: number): boolean {
  const [verb, second, preposition, first] = tokens.slice(at, at + 4)
  return (
    verb?.kind === 'word' &&
    turning.get(verb.form) === preposition?.text.toLowerCase() &&
    isNumber(second) &&
    isNumber(first)
  )
}

function isNumber(token: PromptToken | undefined): boolean {
  return token?.kind === 'number' || token?.kind === 'slot'
}
