import { McpError } from '@mcp/protocol'
import { invalidParam } from '@mcp/server'

/** One replacement in a text. */
export interface TextEdit {
  readonly oldText: string
  readonly newText: string
  /** Which one, counted from 1, or all. Default: there must be only one. */
  readonly occurrence?: number | 'all' | undefined
}

export interface EditedText {
  readonly text: string
  readonly replacements: number
}

/**
 * Makes the edits one after the other, each in the text that the one before left. Line breaks given
 * as "\n" stand for those of the text, where that has only "\r\n".
 *
 * @throws McpError `invalid-params`, reason `text-not-found` or `text-ambiguous`.
 */
export function editText(text: string, edits: readonly TextEdit[], maxLength: number): EditedText {
  const isWindows = text.includes('\r\n') && !/(^|[^\r])\n/.test(text)
  const adapt = (piece: string) => (isWindows ? piece.replaceAll(/\r?\n/g, '\r\n') : piece)
  let edited = text
  let replacements = 0
  for (const [index, { oldText, newText, occurrence }] of edits.entries()) {
    const wanted = adapt(oldText)
    const places = findAll(edited, wanted)
    const chosen = choose(places, occurrence, index, edited)
    const replacement = adapt(newText)
    // Before it is made: a short text that is there a million times can become any length.
    if (edited.length + chosen.length * (replacement.length - wanted.length) > maxLength) {
      throw new McpError('payload-too-large', 'The edited file would be too large to be edited.', {
        details: { reason: 'file-too-large', limit: maxLength },
      })
    }
    edited = replaceAt(edited, chosen, wanted.length, replacement)
    replacements += chosen.length
  }
  return { text: edited, replacements }
}

function findAll(text: string, wanted: string): number[] {
  const places: number[] = []
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + wanted.length)) {
    places.push(at)
  }
  return places
}

function choose(
  places: readonly number[],
  occurrence: TextEdit['occurrence'],
  index: number,
  text: string,
): readonly number[] {
  const path = ['edits', index, 'oldText']
  if (places.length === 0) {
    const hint = index === 0 ? '' : ', after the edits before it'
    throw invalidParam(path, `the text is not in the file${hint}; it must be given exactly`, {
      reason: 'text-not-found',
    })
  }
  if (occurrence === 'all') return places
  if (occurrence === undefined && places.length > 1) {
    const lines = places.slice(0, 10).map((place) => lineOf(text, place))
    throw invalidParam(
      path,
      `the text is there ${places.length} times, in lines ${lines.join(', ')}; give more of it, or say which occurrence`,
      { reason: 'text-ambiguous' },
    )
  }
  const place = places[(occurrence ?? 1) - 1]
  if (place === undefined) {
    throw invalidParam(
      ['edits', index, 'occurrence'],
      `the text is there only ${places.length} times`,
      { reason: 'text-not-found' },
    )
  }
  return [place]
}

function replaceAt(
  text: string,
  places: readonly number[],
  length: number,
  replacement: string,
): string {
  const pieces: string[] = []
  let from = 0
  for (const place of places) {
    pieces.push(text.slice(from, place), replacement)
    from = place + length
  }
  return pieces.join('') + text.slice(from)
}

function lineOf(text: string, place: number): number {
  return text.slice(0, place).split('\n').length
}
