import { isEmptyWord } from '@mcp/llm'

/**
 * Kind of a token. A `slot` replaces a value in the title of an example. An `operator` is a sign of
 * arithmetic, such as `+` or `×`. A `mark` is any other sign.
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
  /** Value of the token: a number, parsed JSON, a text without its quotes, or the original text. */
  readonly value: unknown
  /** Canonical form, which all spellings and synonyms of a word share. */
  readonly form: string
  /** Position in the prompt, in characters. -1 if the token is an earlier result. */
  readonly start: number
  readonly end: number
}

/** Whether a token is a value from the user. A match must use every value. */
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

/** Returns the weight of a token for the share of the prompt that a match uses. */
export function weightOf(token: PromptToken): number {
  if (token.kind === 'mark') return 0
  return isEmptyToken(token) ? 0.1 : 1
}

/** Whether one token follows the other without a space. */
export function isAdjacent(left: PromptToken | undefined, right: PromptToken | undefined): boolean {
  return left !== undefined && right !== undefined && left.end === right.start
}

const negations = new Set(
  `not no never don't dont without except unless if instead only`.split(' '),
)

/** Whether a word negates or restricts the prompt. A match must not ignore such a word. */
export function isNegation({ kind, text }: PromptToken): boolean {
  return kind === 'word' && negations.has(text.toLowerCase().replace('’', "'"))
}

const questions = new Set('do does can could may might must shall should would to'.split(' '))

/** Whether a prompt asks how something is done, in contrast to a prompt to do it. */
export function isHowQuestion([first, second]: readonly PromptToken[]): boolean {
  return first?.text.toLowerCase() === 'how' && questions.has(second?.text.toLowerCase() ?? '')
}

const directions = new Set(['from', 'to', 'into', 'than', 'before', 'after'])

/** Whether a word determines the order of two values. */
export function isDirection({ kind, text }: PromptToken): boolean {
  return kind === 'word' && directions.has(text.toLowerCase())
}
