import type { LineBuffer } from './edit-line.ts'
import { charactersOf } from './edit-line.ts'

/** The rows on which a buffer is shown. */
export interface Layout {
  readonly rows: readonly string[]
  readonly cursorRow: number
  /** Column of the cursor, without the columns of the prompt sign. */
  readonly cursorColumn: number
}

export interface LayoutOptions {
  /** Columns for the text. Longer lines are wrapped. */
  readonly width: number
  /** Maximum number of rows. Of a longer text, the rows around the cursor are shown. */
  readonly maxRows: number
}

/** Divides a buffer into the rows of a terminal. */
export function layoutLine(
  { text, cursor }: LineBuffer,
  { width, maxRows }: LayoutOptions,
): Layout {
  const rows = ['']
  let column = 0
  let position = { row: 0, column: 0 }
  let at = 0
  for (const character of charactersOf(text)) {
    const shown = character === '\t' ? '  ' : character
    const columns = characterWidth(shown)
    if (character !== '\n' && column + columns > width) {
      rows.push('')
      column = 0
    }
    if (at === cursor) position = { row: rows.length - 1, column }
    if (character === '\n') {
      rows.push('')
      column = 0
    } else {
      rows.push(`${rows.pop() ?? ''}${shown}`)
      column += columns
    }
    at += character.length
  }
  if (at === cursor) {
    if (column >= width) {
      rows.push('')
      column = 0
    }
    position = { row: rows.length - 1, column }
  }
  const start = Math.max(0, Math.min(position.row - maxRows + 1, rows.length - maxRows))
  const shownFrom = Math.min(start, position.row)
  return {
    rows: rows.slice(shownFrom, shownFrom + maxRows),
    cursorRow: position.row - shownFrom,
    cursorColumn: position.column,
  }
}

const wide =
  /\p{Emoji_Presentation}|\ufe0f|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]/u

/** Returns the number of columns that a character takes in a terminal. */
export function characterWidth(character: string): number {
  if (character.length === 1 && character >= ' ' && character <= '~') return 1
  if (character === '  ') return 2
  if (wide.test(character)) return 2
  return /^[\p{M}\p{Cf}\p{Cc}]+$/u.test(character) ? 0 : 1
}
