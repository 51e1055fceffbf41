import { isEmptyWord } from '@mcp/llm'

/**
 * A piece of a prompt. `slot` stands in the title of an example for one of its values; `operator` is
 * one of `+ - * / ^ %`; `mark` is any other sign.
 */
export type TokenKind =
  | 'word'
  | 'number'
  | 'quoted'
  | 'expression'
  | 'json'
  | 'url'
  | 'operator'
  | 'mark'
  | 'slot'

export interface PromptToken {
  readonly kind: TokenKind
  /** As it was written. */
  readonly text: string
  /** What it stands for: a number, a text without its quotes, parsed JSON. */
  readonly value: unknown
  /** One form for all spellings and synonyms of a word. */
  readonly form: string
  /** Where it stands, in characters. */
  readonly start: number
  readonly end: number
}

/** Kinds that carry what a person wants worked on: none of them may be left unused. */
export function isValue({ kind }: PromptToken): boolean {
  return (
    kind === 'number' ||
    kind === 'quoted' ||
    kind === 'expression' ||
    kind === 'json' ||
    kind === 'url'
  )
}

/** Whether a token says nothing about what is wanted. */
export function isEmptyToken({ kind, text, form }: PromptToken): boolean {
  // "how many" is made of empty words and is none: its form is another word.
  return kind === 'mark' || (kind === 'word' && isEmptyWord(text) && isEmptyWord(form))
}

/** How much a token counts. */
export function weightOf(token: PromptToken): number {
  if (token.kind === 'mark') return 0
  return isEmptyToken(token) ? 0.1 : 1
}

/** Whether two tokens stand side by side, without a space. */
export function isAdjacent(left: PromptToken | undefined, right: PromptToken | undefined): boolean {
  return left !== undefined && right !== undefined && left.end === right.start
}

const negations = new Set(
  `not no never don't dont without except unless if instead only`.split(' '),
)

/** Whether a word turns what is asked around, so that it must not be passed over. */
export function isNegation({ kind, text }: PromptToken): boolean {
  return kind === 'word' && negations.has(text.toLowerCase().replace('’', "'"))
}

const directions = new Set(['from', 'into', 'than', 'before', 'after'])

/** Whether a word says which of two values comes first. */
export function isDirection({ kind, text }: PromptToken): boolean {
  return kind === 'word' && directions.has(text.toLowerCase())
}
