import { briefText, maxCellLength } from '../cut-text.ts'

/** Minimum length of a value whose cell shows the length, in characters. */
const minStatedLength = 1024

/** The text of a cell. */
export interface CellText {
  readonly text: string
  /** Length of the whole value in characters, if the value is long and the cell shows only a part of it. */
  readonly length?: number
}

/** Texts of records and arrays, which take long to write, by their value. */
const known = new WeakMap<object, CellText>()

/** Returns the line that a cell shows. Only the start of a long text is read. */
export function cellText(value: unknown): CellText {
  if (typeof value === 'string') return cutCell(value)
  if (typeof value !== 'object' || value === null) return { text: String(value) }
  const before = known.get(value)
  if (before !== undefined) return before
  const text = cutCell(JSON.stringify(value) ?? '')
  known.set(value, text)
  return text
}

function cutCell(text: string): CellText {
  // White space is joined, so the line may need more of the text than it shows.
  const brief = briefText(text.slice(0, maxCellLength * 4))
  const isCut = brief.length < text.length
  return { text: brief, ...(isCut && text.length >= minStatedLength && { length: text.length }) }
}

/** Returns the value of a cell as complete text. NULL and an absent value are empty. */
export function wholeText(value: unknown): string {
  if (value === null || value === undefined) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}
