import { McpError } from '@mcp/protocol'
import { invalidParam } from '@mcp/server'

/** One replacement in a text. */
export interface TextEdit {
  readonly oldText: string
  readonly newText: string
  /** Occurrence to replace, starting at 1, or all. Default: the text must occur exactly once. */
  readonly occurrence?: number | 'all' | undefined
}

export interface EditedText {
  readonly text: string
  readonly replacements: number
}

/**
 * Applies edits one after the other, each to the result of the previous edit. If all line breaks of the
 * text are CRLF, or all are LF, the line breaks in the edits are converted to them.
 *
 * @throws McpError `invalid-params`, reason `text-not-found` or `text-ambiguous`.
 */
export function editText(text: string, edits: readonly TextEdit[], maxLength: number): EditedText {
  const lineBreak = lineBreakOf(text)
  const adapt = (piece: string): string =>
    lineBreak === undefined ? piece : piece.replaceAll(/\r?\n/g, lineBreak)
  let edited = text
  let replacements = 0
  for (const [index, { oldText, newText, occurrence }] of edits.entries()) {
    const searched = adapt(oldText)
    const positions = findAll(edited, searched)
    const chosen = choose(positions, occurrence, index, edited)
    const replacement = adapt(newText)
    // The length is checked first, because replacing a short text that occurs a million times could
    // result in any length.
    if (edited.length + chosen.length * (replacement.length - searched.length) > maxLength) {
      throw new McpError(
        'payload-too-large',
        'The edited file would exceed the maximum size of an edit.',
        {
          details: { reason: 'file-too-large', limit: maxLength },
        },
      )
    }
    edited = replaceAt(edited, chosen, searched.length, replacement)
    replacements += chosen.length
  }
  return { text: edited, replacements }
}

/** Returns the line break of a text, or undefined if it has none or several kinds. */
function lineBreakOf(text: string): string | undefined {
  if (!text.includes('\r\n')) return text.includes('\n') ? '\n' : undefined
  return /(^|[^\r])\n/.test(text) ? undefined : '\r\n'
}

function findAll(text: string, searched: string): number[] {
  const positions: number[] = []
  for (
    let at = text.indexOf(searched);
    at >= 0;
    at = text.indexOf(searched, at + searched.length)
  ) {
    positions.push(at)
  }
  return positions
}

function choose(
  positions: readonly number[],
  occurrence: TextEdit['occurrence'],
  index: number,
  text: string,
): readonly number[] {
  const path = ['edits', index, 'oldText']
  if (positions.length === 0) {
    const hint = index === 0 ? '' : ' after the previous edits'
    throw invalidParam(path, `the text does not occur in the file${hint}; it must match exactly`, {
      reason: 'text-not-found',
    })
  }
  if (occurrence === 'all') return positions
  if (occurrence === undefined && positions.length > 1) {
    const lines = positions.slice(0, 10).map((position) => lineOf(text, position))
    throw invalidParam(
      path,
      `the text occurs ${positions.length} times, in lines ${lines.join(', ')}; extend it or set occurrence`,
      { reason: 'text-ambiguous' },
    )
  }
  const position = positions[(occurrence ?? 1) - 1]
  if (position === undefined) {
    throw invalidParam(
      ['edits', index, 'occurrence'],
      `the text occurs only ${positions.length === 1 ? 'once' : `${positions.length} times`}`,
      { reason: 'text-not-found' },
    )
  }
  return [position]
}

function replaceAt(
  text: string,
  positions: readonly number[],
  length: number,
  replacement: string,
): string {
  const pieces: string[] = []
  let from = 0
  for (const position of positions) {
    pieces.push(text.slice(from, position), replacement)
    from = position + length
  }
  return pieces.join('') + text.slice(from)
}

function lineOf(text: string, position: number): number {
  return text.slice(0, position).split('\n').length
}
