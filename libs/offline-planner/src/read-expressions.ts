import type { PromptToken } from './prompt-token.ts'
import { isAdjacent } from './prompt-token.ts'

/**
 * Returns the readings of a prompt. One reading has each expression as a single token. If the only
 * expression is one operator between two numbers, another reading has separate tokens.
 */
export function readExpressions(tokens: readonly PromptToken[], text: string): PromptToken[][] {
  const whole: PromptToken[] = []
  const parts: PromptToken[] = []
  let sums = 0
  for (let at = 0; at < tokens.length;) {
    const run = readRun(tokens, at)
    const isSum = run !== undefined && run.signs > 0
    const end = isSum ? run.end : at + 1
    const pieces = tokens.slice(at, end)
    const [first, last] = [pieces[0], pieces.at(-1)]
    if (isSum && first !== undefined && last !== undefined) {
      const written = text.slice(first.start, last.end)
      const place = { start: first.start, end: last.end }
      whole.push({ kind: 'expression', text: written, value: written, form: written, ...place })
      sums++
    } else {
      whole.push(...pieces)
    }
    parts.push(...pieces)
    at = end
  }
  if (sums === 0) return [[...tokens]]
  return sums === 1 && isOnePair(parts) ? [parts, whole] : [whole]
}

/** Whether the only operator of the prompt is between two numbers: `12 * 12`. */
function isOnePair(tokens: readonly PromptToken[]): boolean {
  const signs = tokens.flatMap((token, index) => (token.kind === 'operator' ? [index] : []))
  const [at = -1] = signs
  if (signs.length !== 1 || tokens.some(({ text }) => text === '(' || text === '=')) return false
  return tokens[at - 1]?.kind === 'number' && tokens[at + 1]?.kind === 'number'
}

/** Whether a text is arithmetic: `2 + 3 * 4`, `x^2`, `sqrt(2)`. */
export function isExpression(tokens: readonly PromptToken[]): boolean {
  const run = readRun(tokens, 0)
  return run !== undefined && run.signs > 0 && run.end === tokens.length
}

/** A sequence of tokens that can be an expression. */
interface Run {
  /** Index after the last token of the run. */
  readonly end: number
  /** Number of operators and function calls in the run. */
  readonly signs: number
}

type Tokens = readonly PromptToken[]

function readRun(tokens: Tokens, start: number): Run | undefined {
  let run = readOperand(tokens, start)
  while (run !== undefined) {
    const sign = tokens[run.end]
    const isSign = sign?.kind === 'operator' || sign?.text === '='
    const next = isSign ? readOperand(tokens, run.end + 1) : undefined
    if (next === undefined) return run
    run = { end: next.end, signs: run.signs + next.signs + 1 }
  }
  return undefined
}

function readOperand(tokens: Tokens, at: number): Run | undefined {
  const token = tokens[at]
  if (token === undefined) return undefined
  if (token.text === '(') return readGroup(tokens, at)
  if (token.text === '-' || token.text === '+') return readOperand(tokens, at + 1)
  const isCall =
    token.kind === 'word' && tokens[at + 1]?.text === '(' && isAdjacent(token, tokens[at + 1])
  if (isCall) {
    const group = readGroup(tokens, at + 1)
    return group && { end: group.end, signs: group.signs + 1 }
  }
  if (token.kind === 'word') return isVariable(token) ? { end: at + 1, signs: 0 } : undefined
  if (token.kind !== 'number') return undefined
  const next = tokens[at + 1]
  // `2x` and `2(a + b)` multiply without an operator.
  const isProduct = isAdjacent(token, next) && (next?.text === '(' || isVariable(next))
  return (isProduct ? readOperand(tokens, at + 1) : undefined) ?? { end: at + 1, signs: 0 }
}

function readGroup(tokens: Tokens, at: number): Run | undefined {
  let signs = 0
  for (let next = at + 1; ;) {
    const run = readRun(tokens, next)
    if (run === undefined) return undefined
    signs += run.signs
    const after = tokens[run.end]?.text
    if (after === ')') return { end: run.end + 1, signs }
    if (after !== ',') return undefined
    next = run.end + 1
  }
}

function isVariable(token: PromptToken | undefined): boolean {
  return token?.kind === 'word' && /^(?:[a-z]|pi)$/i.test(token.text)
}
