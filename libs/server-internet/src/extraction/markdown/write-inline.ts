import { escapeLineStart, escapeText } from './escape-text.ts'
import type { InlinePiece } from './inline-piece.ts'
import { format } from './inline-piece.ts'

/** Position of inline content. It determines how line breaks and the starts of lines are written. */
export type InlinePlace = 'paragraph' | 'line' | 'cell'

const breaks: Readonly<Record<InlinePlace, string>> = {
  paragraph: '  \n',
  line: ' ',
  cell: '<br>',
}

/** Markdown for several line breaks. In a paragraph, it is an empty line, which ends the paragraph and its formats. */
const blanks: Readonly<Record<InlinePlace, string>> = {
  paragraph: '\n\n',
  line: ' ',
  cell: '<br><br>',
}

const delimiters = [
  [format.strong, '**'],
  [format.emphasis, '*'],
  [format.deleted, '~~'],
] as const

/** Writes inline content as Markdown. Omits formats that Markdown cannot express at their position. */
export function writeInline(pieces: readonly InlinePiece[], place: InlinePlace): string {
  let current = pieces
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const { tokens, invalid } = layOut(current, place)
    if (invalid.length === 0) return tokens.map(({ value }) => value).join('')
    current = withoutSpans(current, invalid)
  }
  // oxlint-disable-next-line oxc/no-map-spread -- the pieces are not to be changed
  const plain = current.map((piece) => ({ ...piece, formats: 0 }))
  return layOut(plain, place)
    .tokens.map(({ value }) => value)
    .join('')
}

// If a format is removed, other delimiters have different characters next to them and may become invalid too.
const maxAttempts = 8

/** Consecutive pieces with the same format. */
interface Span {
  /** Bit of the format. */
  readonly mark: number
  readonly from: number
  to: number
}

interface Token {
  readonly value: string
  /** The formatted pieces that this token starts or ends; absent for content. */
  readonly span?: Span
  readonly edge?: 'start' | 'end'
}

function layOut(unmerged: readonly InlinePiece[], place: InlinePlace) {
  const tokens: Token[] = []
  const open: Span[] = []
  const spans: Span[] = []
  function formatsAt(at: number): number {
    const piece = unmerged[at]
    return piece === undefined || (piece.kind === 'blank' && place === 'paragraph')
      ? 0
      : piece.formats
  }
  const remaining = (at: number, mark: number) => {
    let end = at
    while ((formatsAt(end) & mark) !== 0) end += 1
    return end
  }
  let previous = 0
  let isLineStart = place === 'paragraph'
  for (let at = 0; at <= unmerged.length;) {
    const formats = formatsAt(at)
    let keep = open.findIndex(({ mark }) => (formats & mark) === 0)
    if (keep === -1) keep = open.length
    while (open.length > keep) {
      const span = open.pop()
      if (span === undefined) break
      span.to = at
      previous &= ~span.mark
      tokens.push({ value: delimiterOf(span.mark), span, edge: 'end' })
    }
    const starting = delimiters
      .map(([mark]) => mark)
      .filter((mark) => (formats & mark) !== 0 && (previous & mark) === 0)
      .toSorted((one, other) => remaining(at, other) - remaining(at, one))
    for (const mark of starting) {
      const span: Span = { mark, from: at, to: at }
      open.push(span)
      spans.push(span)
      previous |= mark
      tokens.push({ value: delimiterOf(mark), span, edge: 'start' })
    }
    const { piece, next } = merged(unmerged, at)
    if (piece === undefined) break
    const text = write(piece, unmerged[next], place, isLineStart && starting.length === 0)
    tokens.push({ value: text })
    isLineStart = place === 'paragraph' && (piece.kind === 'break' || piece.kind === 'blank')
    at = next
  }
  return { tokens, invalid: invalidSpans(tokens) }
}

function delimiterOf(mark: number): string {
  return delimiters.find(([each]) => each === mark)?.[1] ?? ''
}

/**
 * Joins consecutive pieces with the same formats: text and white space, or code. Separate pieces would be
 * escaped wrongly.
 */
function merged(pieces: readonly InlinePiece[], at: number) {
  const piece = pieces[at]
  if (piece === undefined) return { piece, next: at }
  const kinds = joined[piece.kind]
  let next = at + 1
  let { value } = piece
  for (; ; next++) {
    const following = pieces[next]
    if (following === undefined || following.formats !== piece.formats) break
    if (!kinds.includes(following.kind)) break
    value += following.value
  }
  return { piece: { ...piece, value }, next }
}

const joined: Readonly<Record<InlinePiece['kind'], readonly InlinePiece['kind'][]>> = {
  text: ['text', 'space'],
  space: ['text', 'space'],
  code: ['code'],
  break: [],
  blank: [],
  edge: [],
  raw: [],
}

function write(
  { kind, value }: InlinePiece,
  next: InlinePiece | undefined,
  place: InlinePlace,
  isLineStart: boolean,
): string {
  switch (kind) {
    case 'raw':
      return value
    case 'break':
    case 'edge':
      return breaks[place]
    case 'blank':
      return blanks[place]
    case 'code':
      return codeSpan(value)
    case 'text':
    case 'space': {
      const text = escapeText(value)
      const line = isLineStart ? escapeLineStart(text) : text
      // An exclamation mark before a link would make it an image.
      return next?.kind === 'raw' && line.endsWith('!') ? `${line.slice(0, -1)}\\!` : line
    }
  }
}

/** Writes a code span. Its delimiters are longer than any run of backticks in the code. */
function codeSpan(code: string): string {
  let ticks = '`'
  while (new RegExp(`(?<!\`)${ticks}(?!\`)`).test(code)) ticks += '`'
  const isPadded = /^`|`$|^ .*[^ ].* $/s.test(code)
  return isPadded ? `${ticks} ${code} ${ticks}` : `${ticks}${code}${ticks}`
}

/**
 * Returns the spans whose delimiters Markdown would not recognize, according to the flanking rules of
 * CommonMark.
 */
function invalidSpans(tokens: readonly Token[]): Span[] {
  const invalid = new Set<Span>()
  let before = ' '
  let openStars = 0
  for (let at = 0; at < tokens.length;) {
    const value = tokens[at]?.value ?? ''
    if (tokens[at]?.span === undefined) {
      before = value === '' ? before : (Array.from(value.slice(-2)).at(-1) ?? before)
      at += 1
      continue
    }
    let end = at
    // Delimiters of the same character form one run.
    while (tokens[end]?.span !== undefined && tokens[end]?.value[0] === value[0]) end += 1
    const run = tokens.slice(at, end)
    const after = firstCharacter(tokens, end)
    const isMixed =
      run.some(({ edge }) => edge === 'start') && run.some(({ edge }) => edge === 'end')
    // Inside another span, a run that can end a span would end the outer span instead of starting a new one.
    const endsOuter = openStars > 0 && flanks(after, before)
    for (const { span, edge } of run) {
      if (span === undefined) continue
      const isValid =
        edge === 'start' ? !isMixed && !endsOuter && flanks(before, after) : flanks(after, before)
      if (!isValid) invalid.add(span)
    }
    if (value.startsWith('*')) for (const { edge } of run) openStars += edge === 'start' ? 1 : -1
    before = value[0] ?? before
    at = end
  }
  return [...invalid]
}

function firstCharacter(tokens: readonly Token[], from: number): string {
  for (let at = from; at < tokens.length; at++) {
    const [character] = tokens[at]?.value ?? ''
    if (character !== undefined) return character
  }
  return ' '
}

/** Whether a run of delimiters between these characters can format the text on the inner side. */
function flanks(outer: string, inner: string): boolean {
  if (/\s/.test(inner)) return false
  return !isPunctuation(inner) || /\s/.test(outer) || isPunctuation(outer)
}

function isPunctuation(character: string): boolean {
  return /[\p{P}\p{S}]/u.test(character)
}

function withoutSpans(pieces: readonly InlinePiece[], spans: readonly Span[]): InlinePiece[] {
  const changed = [...pieces]
  for (const { mark, from, to } of spans) {
    for (let at = from; at < to; at++) {
      const piece = changed[at]
      if (piece !== undefined) changed[at] = { ...piece, formats: piece.formats & ~mark }
    }
  }
  return changed
}
