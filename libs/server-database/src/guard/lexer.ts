import { notAllowed, sqlSyntax } from './refusal.ts'

/**
 * Kind of a token. A `word` is an unquoted name or keyword. A `quoted` token is a quoted identifier. An
 * `active-comment` is a comment that the server executes. Other comments and white space are not tokens.
 */
export type TokenKind =
  | 'word'
  | 'quoted'
  | 'string'
  | 'number'
  | 'parameter'
  | 'variable'
  | 'symbol'
  | 'active-comment'

export interface Token {
  readonly kind: TokenKind
  /** Text of the token in the statement. */
  readonly text: string
  /** Text in upper case, without quotes. */
  readonly word: string
  readonly start: number
  readonly end: number
}

/** Lexical rules of a dialect. Patterns are sticky. */
export interface LexicalRules {
  readonly space: RegExp
  /** Start of a comment that extends to the end of the line. */
  readonly lineComment: RegExp
  /** Start of a block comment that the server executes. */
  readonly activeComment?: RegExp
  /** Whether an unclosed block comment extends to the end of the statement. If false, it is an error. */
  readonly openCommentEnds: boolean
  /** Closing character and token kind, by opening character. */
  readonly quotes: ReadonlyMap<
    string,
    { readonly close: string; readonly kind: 'string' | 'quoted' }
  >
  /** Whether a backslash escapes the next character of a string. */
  readonly backslashes: boolean
  /** Patterns of the other tokens, tried in this order. */
  readonly tokens: readonly (readonly [TokenKind, RegExp])[]
  /** Patterns of text that is refused because servers or versions split it differently, with the remedies. */
  readonly ambiguous?: readonly (readonly [RegExp, string])[]
}

/** Splits a statement into tokens. Every character is in a token, a comment or white space. */
export function readTokens(sql: string, rules: LexicalRules): readonly Token[] {
  const tokens: Token[] = []
  let at = 0
  while (at < sql.length) {
    const blank = endOfMatch(rules.space, sql, at) ?? endOfComment(sql, at, rules)
    if (blank !== undefined) {
      at = blank
      continue
    }
    refuseAmbiguous(sql, at, rules)
    const token = readQuoted(sql, at, rules) ?? readPlain(sql, at, rules)
    tokens.push(token)
    at = token.end
  }
  return tokens
}

function refuseAmbiguous(sql: string, at: number, { ambiguous = [] }: LexicalRules): void {
  for (const [pattern, remedy] of ambiguous) {
    const end = endOfMatch(pattern, sql, at)
    if (end === undefined) continue
    throw notAllowed(
      sql,
      at,
      `"${sql.slice(at, end)}" is ambiguous: servers split it differently. ${remedy}`,
    )
  }
}

function endOfComment(sql: string, at: number, rules: LexicalRules): number | undefined {
  if (endOfMatch(rules.lineComment, sql, at) !== undefined) {
    const end = sql.indexOf('\n', at)
    return end === -1 ? sql.length : end + 1
  }
  if (!sql.startsWith('/*', at) || isActive(sql, at, rules)) return undefined
  return endOfBlock(sql, at, rules)
}

function endOfBlock(sql: string, at: number, { openCommentEnds }: LexicalRules): number {
  const end = sql.indexOf('*/', at + 2)
  if (end !== -1) return end + 2
  if (openCommentEnds) return sql.length
  throw sqlSyntax(sql, at, 'This comment is never closed.')
}

function isActive(sql: string, at: number, { activeComment }: LexicalRules): boolean {
  return activeComment !== undefined && endOfMatch(activeComment, sql, at) !== undefined
}

function readQuoted(sql: string, at: number, rules: LexicalRules): Token | undefined {
  const quote = rules.quotes.get(sql.charAt(at))
  if (quote === undefined) return undefined
  const { close, kind } = quote
  const escapes = rules.backslashes && kind === 'string'
  // A doubled closing quote is one character of the content. A doubled closing bracket is not.
  const doubles = close !== ']'
  let end = at + 1
  for (;;) {
    const character = sql.charAt(end)
    if (character === '') throw sqlSyntax(sql, at, `This ${sql.charAt(at)} is never closed.`)
    if (character === close) {
      if (!(doubles && sql.charAt(end + 1) === close)) break
      end += 1
    } else if (escapes && character === '\\') {
      end += 1
    }
    end += 1
  }
  const inner = sql.slice(at + 1, end)
  const word = (doubles ? inner.replaceAll(close + close, close) : inner).toUpperCase()
  return { kind, text: sql.slice(at, end + 1), word, start: at, end: end + 1 }
}

function readPlain(sql: string, at: number, rules: LexicalRules): Token {
  if (sql.startsWith('/*', at) && isActive(sql, at, rules)) {
    return toToken('active-comment', sql, at, endOfBlock(sql, at, rules))
  }
  for (const [kind, pattern] of rules.tokens) {
    const end = endOfMatch(pattern, sql, at)
    if (end !== undefined) return toToken(kind, sql, at, end)
  }
  return toToken('symbol', sql, at, at + 1)
}

function toToken(kind: TokenKind, sql: string, start: number, end: number): Token {
  const text = sql.slice(start, end)
  return { kind, text, word: text.toUpperCase(), start, end }
}

function endOfMatch(pattern: RegExp, sql: string, at: number): number | undefined {
  pattern.lastIndex = at
  return pattern.test(sql) ? pattern.lastIndex : undefined
}
