import type { StatementKind } from './sql-guard.ts'
import type { Token } from './lexer.ts'
import { multipleStatements, sqlSyntax } from './refusal.ts'

/** A part of a statement that not every mode allows. */
export interface TokenFinding {
  readonly what: string
  readonly token: Token
  /** Lowest mode that allows this part, or `never` if no mode allows it. */
  readonly requires: 'data' | 'admin' | 'never'
}

/**
 * Returns the first finding of each mode, because the guard reports only one. A statement can have tens of
 * thousands of findings, whose transfer from the worker thread would block the event loop.
 */
export function firstOfEachMode<Finding extends { readonly requires: string }>(
  findings: Iterable<Finding>,
): Finding[] {
  const first = new Map<string, Finding>()
  for (const finding of findings) {
    if (!first.has(finding.requires)) first.set(finding.requires, finding)
  }
  return [...first.values()]
}

/** The properties of one statement that the guard checks. */
export interface TokenReading {
  readonly kind: StatementKind | 'never'
  readonly name: string
  readonly commitsImplicitly: boolean
  readonly findings: readonly TokenFinding[]
  /** Called names that can refer to stored functions on some servers. */
  readonly possibleRoutines: readonly Token[]
}

/** The keyword that determines the effect of a statement, with the index of its token. */
export interface Verb {
  readonly word: string
  readonly at: number
}

/** Returns the tokens of the only statement, without a final semicolon. */
export function onlyStatement(sql: string, tokens: readonly Token[]): readonly Token[] {
  const isEnd = (token: Token) => token.kind === 'symbol' && token.text === ';'
  const first = tokens.findIndex((token) => !isEnd(token))
  if (first === -1) throw sqlSyntax(sql, 0, 'Missing statement.')
  const statement = tokens.slice(first)
  const end = statement.findIndex(isEnd)
  if (end === -1) return statement
  // The body of a trigger or routine contains semicolons. No engine runs a second statement after such a
  // statement.
  if (isRoutine(statement)) return statement
  const second = statement.slice(end).find((token) => !isEnd(token))
  if (second !== undefined) throw multipleStatements(sql, second.start)
  return statement.slice(0, end)
}

const routines = new Set(['TRIGGER', 'PROCEDURE', 'FUNCTION', 'EVENT', 'PACKAGE'])

function isRoutine(statement: readonly Token[]): boolean {
  if (!isWord(statement[0], 'CREATE')) return false
  const object = statement
    .slice(1, 12)
    .find(({ kind, word }) => kind === 'word' && objects.has(word))
  return object !== undefined && routines.has(object.word)
}

const objects = new Set([
  ...routines,
  'TABLE',
  'VIEW',
  'INDEX',
  'DATABASE',
  'SCHEMA',
  'USER',
  'ROLE',
])

/** Whether a token is one of these keywords without quotes. */
export function isWord(token: Token | undefined, ...words: readonly string[]): boolean {
  return token?.kind === 'word' && words.includes(token.word)
}

export function isSymbol(token: Token | undefined, text: string): boolean {
  return token?.kind === 'symbol' && token.text === text
}

/** Whether a token can be a name. */
export function isName(token: Token | undefined): token is Token {
  return token?.kind === 'word' || token?.kind === 'quoted'
}

/** Returns the index after the parenthesis that closes the parenthesis at `at`. */
export function afterParentheses(tokens: readonly Token[], at: number): number {
  let ends = endsOf.get(tokens)
  if (ends === undefined) {
    ends = matchParentheses(tokens)
    endsOf.set(tokens, ends)
  }
  return ends.get(at) ?? tokens.length
}

// The matches are cached per statement. Otherwise deeply nested parentheses would take minutes.
const endsOf = new WeakMap<readonly Token[], ReadonlyMap<number, number>>()

function matchParentheses(tokens: readonly Token[]): ReadonlyMap<number, number> {
  const ends = new Map<number, number>()
  const open: number[] = []
  for (const [index, token] of tokens.entries()) {
    if (isSymbol(token, '(')) open.push(index)
    const start = isSymbol(token, ')') ? open.pop() : undefined
    if (start !== undefined) ends.set(start, index + 1)
  }
  return ends
}

/** Finds the keyword of the statement, after opening parentheses and a `WITH` clause. */
export function findVerb(tokens: readonly Token[], start: number): Verb {
  let at = start
  while (isSymbol(tokens[at], '(')) at += 1
  if (!isWord(tokens[at], 'WITH')) return { word: tokens[at]?.word ?? '', at }
  at += isWord(tokens[at + 1], 'RECURSIVE') ? 2 : 1
  for (;;) {
    // name (columns) AS [NOT] MATERIALIZED ( … )
    at += 1
    if (isSymbol(tokens[at], '(')) at = afterParentheses(tokens, at)
    while (isWord(tokens[at], 'AS', 'NOT', 'MATERIALIZED')) at += 1
    if (!isSymbol(tokens[at], '(')) return { word: tokens[at]?.word ?? '', at }
    at = afterParentheses(tokens, at)
    if (isWord(tokens[at], 'CYCLE')) {
      while (at < tokens.length && !isWord(tokens[at], 'RESTRICT')) at += 1
      at += 1
    }
    if (!isSymbol(tokens[at], ',')) break
    at += 1
  }
  while (isSymbol(tokens[at], '(')) at += 1
  return isWord(tokens[at], 'WITH') ? findVerb(tokens, at) : { word: tokens[at]?.word ?? '', at }
}

/** Yields the names that are followed by a parenthesis, with the indexes of their tokens. */
export function* calledNames(
  tokens: readonly Token[],
): Generator<{ readonly token: Token; readonly index: number }> {
  for (const [index, token] of tokens.entries()) {
    if (isName(token) && isSymbol(tokens[index + 1], '(')) yield { token, index }
  }
}
