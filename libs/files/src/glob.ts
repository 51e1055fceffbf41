import type { McpError } from '@mcp/protocol'

import { createError } from './file-error.ts'

/** Whether a text matches a pattern. */
export type GlobMatcher = (text: string) => boolean

export interface GlobOptions {
  /**
   * Whether the patterns are for relative paths. A pattern without a slash then matches a name in any
   * directory. `./` at the start stands for the root: `./b.md` matches only the `b.md` there. Backslashes,
   * empty names, `.` and `..` are rejected. Default: false.
   */
  readonly relative?: boolean | undefined
  /** Whether case and the Unicode form of a character are ignored. Default: false. */
  readonly loose?: boolean | undefined
  /** Whether everything below a matching path matches too. Default: false. */
  readonly descendants?: boolean | undefined
  /** Request parameter that contains the patterns, for errors. */
  readonly param?: string | undefined
  /** Maximum number of characters of all patterns, with braces expanded. Default: 4,096. */
  readonly maxLength?: number | undefined
}

type Token =
  | { readonly type: 'character'; readonly character: string }
  | { readonly type: 'any' }
  | { readonly type: 'star' }
  | { readonly type: 'set'; readonly negated: boolean; readonly ranges: readonly Range[] }

type Range = readonly [from: string, to: string]

const globstar = Symbol('any number of segments')

/** One segment of a pattern: literal text, tokens, or `**`. */
type Segment = string | readonly Token[] | typeof globstar

/** One segment of a text and its characters. */
interface TextSegment {
  readonly text: string
  readonly characters: readonly string[]
}

/** Maximum number of patterns that the braces of one pattern expand to. */
const maxAlternatives = 64

/**
 * Compiles one pattern; see {@link compileGlobs}.
 *
 * @example
 * compileGlob('file:///**\/*.csv')('file:///reports/2026/may.csv') // true
 */
export function compileGlob(glob: string, options?: GlobOptions): GlobMatcher {
  return compileGlobs([glob], options)
}

/**
 * Compiles patterns. A text matches if at least one pattern matches. Syntax: `*` and `?` within a
 * segment, `**` across segments, `[abc]`, `[!a-z]`, `{a,b}`, and `\` before a literal character.
 * Matching takes time proportional to the length of the patterns times the length of the text. This
 * matters because callers supply the patterns: as a regular expression, `*a*a*a*a*a*b` could take years.
 *
 * @throws McpError `invalid-params`, reason `glob-syntax`.
 */
export function compileGlobs(globs: readonly string[], options: GlobOptions = {}): GlobMatcher {
  const { loose = false, descendants = false, maxLength = 4096 } = options
  const normalize = loose ? looseForm : (text: string) => text
  const patterns: (readonly Segment[])[] = []
  let length = 0
  for (const pattern of globs.flatMap((glob) => expandBraces(normalize(glob), options))) {
    length += pattern.length
    if (length > maxLength) {
      throw syntaxError(`all patterns together have more than ${maxLength} characters`, options)
    }
    const segments = parsePattern(pattern, options)
    patterns.push(descendants ? [...segments, globstar] : segments)
  }
  if (patterns.length === 0) return () => false
  return (text) => {
    const segments = normalize(text).split('/').map(toTextSegment)
    return patterns.some((pattern) => matchSequence(pattern, segments, isGlobstar, matchSegment))
  }
}

/** Returns the part of a pattern before its first special character. */
export function literalPrefix(glob: string): string {
  return /^[^*?[\]{}\\]*/.exec(glob)?.[0] ?? ''
}

/** Normalizes a name. If some file systems treat two names as the same, the results are equal. */
export function looseForm(text: string): string {
  return text.normalize('NFC').toLowerCase()
}

function toTextSegment(text: string): TextSegment {
  return { text, characters: Array.from(text) }
}

/** Splits a pattern into characters. An escaped character stays together with its backslash. */
function splitCharacters(pattern: string): string[] {
  return pattern.match(/\\.|./gsu) ?? []
}

/** Expands the braces of a pattern. Returns the characters of each resulting pattern. */
function expandBraces(glob: string, options: GlobOptions): string[][] {
  const expanded: string[][] = []
  const pending = [splitCharacters(glob)]
  for (let pattern = pending.pop(); pattern !== undefined; pattern = pending.pop()) {
    // The first closing brace and the last opening brace before it are an innermost pair.
    const close = pattern.indexOf('}')
    const open = close < 0 ? pattern.indexOf('{') : pattern.lastIndexOf('{', close)
    if (open < 0 && close < 0) expanded.push(pattern)
    else if (open < 0 || close < 0) throw syntaxError('a brace has no counterpart', options)
    else {
      const before = pattern.slice(0, open)
      const after = pattern.slice(close + 1)
      for (const choice of splitAt(pattern.slice(open + 1, close), ',')) {
        pending.push([...before, ...choice, ...after])
      }
    }
    if (expanded.length + pending.length > maxAlternatives) {
      throw syntaxError(`its braces expand to more than ${maxAlternatives} patterns`, options)
    }
  }
  return expanded
}

function splitAt(characters: readonly string[], separator: string): string[][] {
  const parts: string[][] = [[]]
  for (const character of characters) {
    if (character === separator) parts.push([])
    else parts.at(-1)?.push(character)
  }
  return parts
}

function parsePattern(pattern: readonly string[], options: GlobOptions): Segment[] {
  const isInRoot = options.relative === true && pattern[0] === '.' && pattern[1] === '/'
  const names = splitAt(isInRoot ? pattern.slice(2) : pattern, '/')
  if (options.relative === true) requireRelative(names, options)
  const segments = names.map((name) => parseSegment(name, options))
  const isName = options.relative === true && segments.length === 1 && !isInRoot
  return isName && segments[0] !== globstar ? [globstar, ...segments] : segments
}

function requireRelative(names: readonly (readonly string[])[], options: GlobOptions): void {
  if (names.some((name) => name.some((character) => character.startsWith('\\')))) {
    throw syntaxError('it contains a backslash', options)
  }
  if (names.some((name) => ['', '.', '..'].includes(name.join('')))) {
    throw syntaxError('it must be relative to the folder, as in "notes/**/*.md"', options)
  }
}

function parseSegment(characters: readonly string[], options: GlobOptions): Segment {
  const text = characters.join('')
  if (text === '**') return globstar
  if (!/[*?[\\]/.test(text)) return text
  const tokens: Token[] = []
  for (let index = 0; index < characters.length; index++) {
    const character = characters[index] ?? ''
    if (character === '\\') throw syntaxError('it ends with a backslash', options)
    if (character === '?') tokens.push({ type: 'any' })
    else if (character === '*') {
      if (tokens.at(-1)?.type !== 'star') tokens.push({ type: 'star' })
    } else if (character === '[') {
      const negated = ['!', '^'].includes(characters[index + 1] ?? '')
      const start = index + (negated ? 2 : 1)
      // A closing bracket directly after the opening bracket is a literal character.
      const end = characters.indexOf(']', start + 1)
      if (end < 0) throw syntaxError('a bracket has no counterpart', options)
      tokens.push({ type: 'set', negated, ranges: parseRanges(characters.slice(start, end)) })
      index = end
    } else tokens.push({ type: 'character', character: unescape(character) })
  }
  return tokens
}

function parseRanges(members: readonly string[]): Range[] {
  const ranges: Range[] = []
  for (let index = 0; index < members.length; index++) {
    const from = unescape(members[index] ?? '')
    const isRange = members[index + 1] === '-' && index + 2 < members.length
    ranges.push([from, isRange ? unescape(members[index + 2] ?? '') : from])
    if (isRange) index += 2
  }
  return ranges
}

function unescape(character: string): string {
  return character.length > 1 && character.startsWith('\\') ? character.slice(1) : character
}

const isGlobstar = (segment: Segment): boolean => segment === globstar
const isStar = (token: Token): boolean => token.type === 'star'

function matchSegment(segment: Segment, { text, characters }: TextSegment): boolean {
  if (segment === globstar) return false
  if (typeof segment === 'string') return segment === text
  return matchSequence(segment, characters, isStar, matchCharacter)
}

function matchCharacter(token: Token, character: string): boolean {
  switch (token.type) {
    case 'character':
      return token.character === character
    case 'any':
      return true
    case 'star':
      return false
    case 'set':
      return (
        token.negated !== token.ranges.some(([from, to]) => from <= character && character <= to)
      )
  }
}

/**
 * Matches items against a pattern. A wildcard in the pattern matches any number of items. It is
 * sufficient to backtrack to the last wildcard, so the time is at most quadratic.
 */
function matchSequence<Part, Item>(
  pattern: readonly Part[],
  items: readonly Item[],
  isWildcard: (part: Part) => boolean,
  matches: (part: Part, item: Item) => boolean,
): boolean {
  let at = 0
  let wildcardAt = -1
  let resumeAt = 0
  for (let index = 0; index < items.length;) {
    const part = pattern[at]
    const item = items[index]
    if (part !== undefined && isWildcard(part)) {
      wildcardAt = at++
      resumeAt = index
    } else if (part !== undefined && item !== undefined && matches(part, item)) {
      at++
      index++
    } else if (wildcardAt >= 0) {
      at = wildcardAt + 1
      index = ++resumeAt
    } else return false
  }
  return pattern.slice(at).every(isWildcard)
}

function syntaxError(problem: string, { param }: GlobOptions): McpError {
  return createError('invalid-params', `Invalid pattern: ${problem}.`, 'glob-syntax', { param })
}
