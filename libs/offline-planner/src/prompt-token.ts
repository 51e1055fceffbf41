import { isEmptyWord } from '@mcp/llm'

/**
 * A token of a prompt. `slot` replaces a value in the title of an example; `operator` is one of
 * `+ - * / ^ %`; `mark` is any other sign.
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
  /** Original text. */
  readonly text: string
  /** Value of the token: a number, a text without its quotes, or parsed JSON. */
  readonly value: unknown
  /** Canonical form of all spellings and synonyms of a word. */
  readonly form: string
  /** Position, in characters. */
  readonly start: number
  readonly end: number
}

/** Whether a token is a value from the user, which must not remain unused. */
export function isValue({ kind }: PromptToken): boolean {
  return (
    kind === 'number' ||
    kind === 'quoted' ||
    kind === 'expression' ||
    kind === 'json' ||
    kind === 'url'
  )
}

/** Whether a token has no meaning for the match. */
export function isEmptyToken({ kind, text, form }: PromptToken): boolean {
  // "how many" consists of empty words but is significant: its form is "count".
  return kind === 'mark' || (kind === 'word' && isEmptyWord(text) && isEmptyWord(form))
}

/** Returns the weight of a token. */
export function weightOf(token: PromptToken): number {
  if (token.kind === 'mark') return 0
  return isEmptyToken(token) ? 0.1 : 1
}

/** Whether two tokens are adjacent, without a space. */
export function isAdjacent(left: PromptToken | undefined, right: PromptToken | undefined): boolean {
  return left !== undefined && right !== undefined && left.end === right.start
}

const negations = new Set(
  `not no never don't dont without except unless if instead only`.split(' '),
)

/** Whether a word negates the prompt, so that it must not be ignored. */
export function isNegation({ kind, text }: PromptToken): boolean {
  return kind === 'word' && negations.has(text.toLowerCase().replace('’', "'"))
}

const directions = new Set(['from', 'into', 'than', 'before', 'after'])

/** Whether a word determines which of two values is first. */
export function isDirection({ kind, text }: PromptToken): boolean {
  return kind === 'word' && directions.has(text.toLowerCase())
}
