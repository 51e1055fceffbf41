/** A text that fits on the page, and the size of the whole text. */
export interface CutText {
  readonly text: string
  readonly isCut: boolean
  /** Length of the whole text in characters. */
  readonly length: number
}

/** Maximum length of a text that is drawn at once. A browser lays out this much without a visible delay. */
export const maxTextLength = 65_536

/**
 * Maximum length of a line that is drawn. A browser lays out a long line far more slowly than the same text
 * in short lines.
 */
export const maxLineLength = 4_096

/** Maximum length of a text in a cell of a grid. The cell opens to the whole text. */
export const maxCellLength = 200

/** Cuts a text and each of its lines. It never cuts inside a surrogate pair. */
export function cutText(
  text: string,
  { max = maxTextLength, maxLine = maxLineLength } = {},
): CutText {
  const start = text.length > max ? text.slice(0, safeEnd(text, max)) : text
  const lines = start.length > maxLine ? cutLines(start, maxLine) : start
  return { text: lines, isCut: lines.length < text.length, length: text.length }
}

function cutLines(text: string, max: number): string {
  return text
    .split('\n')
    .map((line) => (line.length > max ? line.slice(0, safeEnd(line, max)) : line))
    .join('\n')
}

function safeEnd(text: string, end: number): number {
  const code = text.charCodeAt(end - 1)
  return code >= 0xd800 && code < 0xdc00 ? end - 1 : end
}

/** Formats the length of a text, such as `1,048,576 characters` or `1 character`. */
export function lengthText(length: number): string {
  return `${length.toLocaleString('en')} ${length === 1 ? 'character' : 'characters'}`
}

/** Formats a number of bytes, such as `2 MiB` or `512 B`. */
export function sizeText(count: number): string {
  if (count < 1024) return `${count} B`
  const units = ['Ki', 'Mi', 'Gi', 'Ti']
  const power = Math.min(units.length, Math.floor(Math.log2(count) / 10))
  const value = count / 1024 ** power
  const digits = value < 10 ? value.toFixed(1).replace('.0', '') : value.toFixed(0)
  return `${digits} ${units[power - 1]}B`
}

/** Formats any value as one short line. */
export function briefText(value: unknown, max = maxCellLength): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
  // Of a text of megabytes, only the start is read.
  const start = text.slice(0, max * 10)
  const line = start.replaceAll(/\s+/g, ' ')
  const isCut = line.length > max || start.length < text.length
  return isCut ? `${line.slice(0, safeEnd(line, Math.min(max - 1, line.length)))}…` : line
}
