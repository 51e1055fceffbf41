import { McpError } from '@mcp/protocol'

/** Whether a text fits. */
export type Matcher = (text: string) => boolean

const maxAlternatives = 32

/**
 * Compiles a glob over texts with slashes: `*` and `?` stay within a segment, `**` as a whole segment
 * spans any number of them, `[a-z]` and `[!a-z]` stand for one character, `{a,b}` for either word, and
 * `\` takes the next character as it is.
 *
 * Our own, since globs here come from callers: a glob made into a regular expression can be written so
 * that matching takes minutes. This one takes time proportional to glob times text.
 *
 * @throws McpError `invalid-params`, reason `pattern-syntax`, where it is none.
 *
 * @example
 * const isCsv = compileGlob('file:///**\/*.csv')
 * isCsv('file:///reports/2026/may.csv') // true
 */
export function compileGlob(pattern: string): Matcher {
  const globs = expandBraces(pattern).map((each) => splitSegments(each).map(parseSegment))
  return (text) => {
    const segments = text.split('/')
    return globs.some((glob) => matchesInOrder(glob, segments, matchesSegment))
  }
}

/** The part of a glob before its first special character. */
export function literalStart(pattern: string): string {
  return /^[^*?[\]{}\\]*/.exec(pattern)?.[0] ?? ''
}

type Token =
  | { readonly type: 'text'; readonly character: string }
  | { readonly type: 'one' }
  | { readonly type: 'set'; readonly negated: boolean; readonly ranges: readonly Range[] }
  | { readonly type: 'many' }

interface Range {
  readonly from: string
  readonly to: string
}

type Segment = { readonly type: 'many' } | { readonly type: 'segment'; readonly tokens: Token[] }

/**
 * Whether the items fit the glob, where `many` fits any number of them. Going back to the latest `many`
 * alone is enough, so the time is bounded by the product of both lengths.
 */
function matchesInOrder<Part extends { readonly type: string }, Item>(
  glob: readonly Part[],
  items: ArrayLike<Item>,
  fits: (part: Part, item: Item) => boolean,
): boolean {
  let at = 0
  let index = 0
  let retryAt = -1
  let retryIndex = 0
  while (index < items.length) {
    const part = glob[at]
    const item = items[index]
    if (part?.type === 'many') {
      retryAt = at++
      retryIndex = index
    } else if (part !== undefined && item !== undefined && fits(part, item)) {
      at++
      index++
    } else if (retryAt >= 0) {
      at = retryAt + 1
      index = ++retryIndex
    } else {
      return false
    }
  }
  while (glob[at]?.type === 'many') at++
  return at === glob.length
}

function matchesSegment(segment: Segment, text: string): boolean {
  return segment.type === 'segment' && matchesInOrder(segment.tokens, text, matchesCharacter)
}

function matchesCharacter(token: Token, character: string): boolean {
  switch (token.type) {
    case 'text':
      return token.character === character
    case 'one':
      return true
    case 'set': {
      const isIn = token.ranges.some(({ from, to }) => from <= character && character <= to)
      return isIn !== token.negated
    }
    case 'many':
      return false
  }
}

function splitSegments(pattern: string): string[] {
  const segments: string[] = ['']
  for (const piece of pattern.match(/\\.|[^\\]|\\$/gsu) ?? []) {
    if (piece === '/') segments.push('')
    else segments[segments.length - 1] += piece
  }
  return segments
}

function parseSegment(text: string): Segment {
  if (text === '**') return { type: 'many' }
  const tokens: Token[] = []
  let rest = text
  while (rest !== '') {
    const [taken, token] = readToken(rest)
    const isRepeated = token.type === 'many' && tokens.at(-1)?.type === 'many'
    if (!isRepeated) tokens.push(token)
    rest = rest.slice(taken)
  }
  return { type: 'segment', tokens }
}

/** The first token of a segment, and how many characters it takes. */
function readToken(text: string): [number, Token] {
  const first = text.charAt(0)
  if (first === '*') return [1, { type: 'many' }]
  if (first === '?') return [1, { type: 'one' }]
  if (first === '\\') {
    if (text.length < 2) throw syntaxError('it ends in a backslash that stands for nothing')
    return [2, { type: 'text', character: text.charAt(1) }]
  }
  if (first === '[') {
    const set = /^\[([!^]?)(\]?[^\]]*)\]/.exec(text)
    if (set === null) throw syntaxError('a [ has no ]')
    const [whole, mark, members = ''] = set
    return [whole.length, { type: 'set', negated: mark !== '', ranges: readRanges(members) }]
  }
  return [1, { type: 'text', character: first }]
}

function readRanges(members: string): Range[] {
  return (members.match(/.-.|./gs) ?? []).map((member) => ({
    from: member.charAt(0),
    to: member.charAt(member.length - 1),
  }))
}

/** The globs without braces that one with braces stands for. */
function expandBraces(pattern: string): string[] {
  const done: string[] = []
  const waiting = [pattern]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const brace = innermostBrace(next)
    if (brace === undefined) done.push(next)
    else waiting.push(...brace.words.map((word) => brace.before + word + brace.after))
    if (done.length + waiting.length > maxAlternatives) {
      throw syntaxError(`its braces stand for more than ${maxAlternatives} patterns`)
    }
  }
  return done
}

function innermostBrace(pattern: string) {
  // The last { has no other behind it, so the first } behind it is its own.
  const open = lastUnescaped(pattern, '{')
  if (open < 0) {
    if (lastUnescaped(pattern, '}') >= 0) throw syntaxError('a } has no {')
    return undefined
  }
  const close = open + (/^(?:\\.|[^\\}])*/s.exec(pattern.slice(open))?.[0].length ?? 0)
  if (pattern.charAt(close) !== '}') throw syntaxError('a { has no }')
  return {
    before: pattern.slice(0, open),
    words: pattern.slice(open + 1, close).split(/(?<!\\),/),
    after: pattern.slice(close + 1),
  }
}

function lastUnescaped(text: string, wanted: string): number {
  let last = -1
  for (let index = 0; index < text.length; index++) {
    if (text.charAt(index) === '\\') index++
    else if (text.charAt(index) === wanted) last = index
  }
  return last
}

function syntaxError(problem: string): McpError {
  return new McpError('invalid-params', `The pattern is not a glob: ${problem}.`, {
    details: { reason: 'pattern-syntax' },
  })
}
