import { invalidParam } from '@mcp/server'

/** Whether a path, in the form of `parsePath`, is one that the pattern means. */
export type GlobMatcher = (path: string) => boolean

export interface GlobOptions {
  /** Whether capitals and small letters, and the Unicode forms of a letter, are the same. Default: false. */
  readonly loose?: boolean | undefined
  /** Whether what lies below a path that matches does so too. Default: false. */
  readonly below?: boolean | undefined
  /** The parameter the patterns came in, for errors. Default: `glob`. */
  readonly param?: string | undefined
  /** The most characters of all patterns together, their braces expanded. Default: 4,096. */
  readonly maxLength?: number | undefined
}

type Token =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'any' }
  | { readonly type: 'star' }
  | { readonly type: 'set'; readonly negated: boolean; readonly ranges: readonly Range[] }

type Range = readonly [from: string, to: string]

/** One name of a pattern: as it is, or in parts. */
type NamePattern = string | readonly Token[]

const globstar = Symbol('any number of names')

type Segment = NamePattern | typeof globstar

/** A name of a path, and its characters. */
interface Name {
  readonly text: string
  readonly characters: readonly string[]
}

const maxAlternatives = 64

/** Compiles one pattern; see {@link compileGlobs}. */
export function compileGlob(glob: string, options?: GlobOptions): GlobMatcher {
  return compileGlobs([glob], options)
}

/**
 * Compiles patterns of which one must match: `*` and `?` within a name, `**` across folders, `[abc]`,
 * `[!a-z]`, `{a,b}`. A pattern without a slash means a name in any folder. The time to match grows with
 * the length of the patterns times that of the path: a translation into a regular expression takes
 * years for `*a*a*a*a*a*b`.
 */
export function compileGlobs(globs: readonly string[], options: GlobOptions = {}): GlobMatcher {
  const { loose = false, below = false, param = 'glob', maxLength = 4096 } = options
  const prepare = loose ? looseForm : (text: string) => text
  const patterns: (readonly Segment[])[] = []
  let length = 0
  for (const pattern of globs.flatMap((glob) => expandBraces(prepare(glob), param))) {
    length += pattern.length
    if (length > maxLength) {
      throw badGlob(param, `all patterns together come to more than ${maxLength} characters`)
    }
    const segments = parsePattern(pattern, param)
    patterns.push(below ? [...segments, globstar] : segments)
  }
  if (patterns.length === 0) return () => false
  return (path) => {
    const names = prepare(path).split('/').map(readName)
    return patterns.some((pattern) => matchSequence(pattern, names, isGlobstar, matchName))
  }
}

function readName(text: string): Name {
  return { text, characters: Array.from(text) }
}

/** One form for all that a file system without case or Unicode sensitivity takes for the same. */
export function looseForm(text: string): string {
  return text.normalize('NFC').toLowerCase()
}

function expandBraces(glob: string, param: string): string[] {
  const done: string[] = []
  const waiting = [glob]
  for (let pattern = waiting.pop(); pattern !== undefined; pattern = waiting.pop()) {
    // The innermost pair: nothing with a brace stands between the two.
    const pair = /\{([^{}]*)\}/.exec(pattern)
    if (pair === null) done.push(pattern)
    else {
      const [whole, inner = ''] = pair
      const after = pattern.slice(pair.index + whole.length)
      for (const choice of inner.split(','))
        waiting.push(pattern.slice(0, pair.index) + choice + after)
    }
    if (done.length + waiting.length > maxAlternatives) {
      throw badGlob(param, `the braces give more than ${maxAlternatives} patterns`)
    }
  }
  return done
}

function parsePattern(pattern: string, param: string): Segment[] {
  if (/[{}\\]/.test(pattern)) {
    throw badGlob(
      param,
      'a brace has no partner, or there is a backslash, which patterns do not have',
    )
  }
  const names = pattern.replace(/^\.\//, '').split('/')
  if (names.some((name) => name === '' || name === '.' || name === '..')) {
    throw badGlob(param, 'the pattern must be told from the root, as in "notes/**/*.md"')
  }
  const segments = names.map((name) => (name === '**' ? globstar : parseName(name, param)))
  return names.length === 1 && names[0] !== '**' ? [globstar, ...segments] : segments
}

function parseName(name: string, param: string): NamePattern {
  if (!/[*?[]/.test(name)) return name
  const tokens: Token[] = []
  for (const [part] of name.matchAll(/\*+|\?|\[!?\]?[^\]]*\]|[^*?[]|\[/gsu)) {
    if (part.startsWith('*')) tokens.push({ type: 'star' })
    else if (part === '?') tokens.push({ type: 'any' })
    else if (part === '[') throw badGlob(param, 'a bracket has no partner')
    else if (part.startsWith('[')) tokens.push(parseSet(part))
    else tokens.push({ type: 'text', text: part })
  }
  return tokens
}

function parseSet(part: string): Token {
  const negated = part.startsWith('[!')
  const ranges = Array.from(
    part.slice(negated ? 2 : 1, -1).matchAll(/(.)-(.)|(.)/gsu),
    ([, from, to, single = '']): Range =>
      from !== undefined && to !== undefined ? [from, to] : [single, single],
  )
  return { type: 'set', negated, ranges }
}

const isGlobstar = (segment: Segment): boolean => segment === globstar
const isStar = (token: Token): boolean => token.type === 'star'

function matchName(segment: Segment, { text, characters }: Name): boolean {
  if (segment === globstar) return false
  if (typeof segment === 'string') return segment === text
  return matchSequence(segment, characters, isStar, matchCharacter)
}

function matchCharacter(token: Token, character: string): boolean {
  switch (token.type) {
    case 'text':
      return token.text === character
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
 * Matches items against a pattern in which some parts stand for any number of items. Going back to
 * the last of these alone is enough, which makes it quadratic at worst and never exponential.
 */
function matchSequence<Part, Item>(
  pattern: readonly Part[],
  items: readonly Item[],
  isWild: (part: Part) => boolean,
  matches: (part: Part, item: Item) => boolean,
): boolean {
  let at = 0
  let wildAt = -1
  let resumeAt = 0
  for (let index = 0; index < items.length;) {
    const part = pattern[at]
    const item = items[index]
    if (part !== undefined && isWild(part)) {
      wildAt = at++
      resumeAt = index
    } else if (part !== undefined && item !== undefined && matches(part, item)) {
      at++
      index++
    } else if (wildAt >= 0) {
      at = wildAt + 1
      index = ++resumeAt
    } else return false
  }
  return pattern.slice(at).every(isWild)
}

function badGlob(param: string, message: string) {
  return invalidParam(param, message, { reason: 'glob-syntax' })
}
