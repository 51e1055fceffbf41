import type { Grid } from '../shape-of.ts'
import { cellText } from './cell-text.ts'

/** Limits of a column in pixels. */
export const minColumnWidth = 48
export const maxColumnWidth = 2000
const maxFittedWidth = 380
const sampleSize = 100

const characterWidth = 7.4
const padding = 22
/** Room for the mark of the sorting. */
const headerPadding = 40

/** Returns the width of each column, so that the first rows fit. */
export function fitColumns({ columns, rows }: Grid): number[] {
  return columns.map((_column, index) => fitColumn({ columns, rows }, index))
}

/** Returns the width of one column, so that the first rows fit. */
export function fitColumn(
  { columns, rows }: Grid,
  index: number,
  maxWidth = maxFittedWidth,
): number {
  const { name = '', type = '' } = columns[index] ?? {}
  const header = (name.length + type.length + 1) * characterWidth + headerPadding
  const lengths = rows.slice(0, sampleSize).map((row) => shownLength(row[index]))
  const content = Math.max(0, ...lengths) * characterWidth + padding
  return clampWidth(Math.min(Math.max(header, content), maxWidth))
}

/** Returns a width within the limits, in whole pixels. */
export function clampWidth(width: number): number {
  return Math.round(Math.max(minColumnWidth, Math.min(width, maxColumnWidth)))
}

/** Whether the values of a column are numbers, which are aligned at the right. */
export function isNumeric({ rows }: Grid, index: number): boolean {
  const values = rows
    .slice(0, sampleSize)
    .map((row) => row[index])
    .filter((value) => value !== null && value !== undefined)
  return values.length > 0 && values.every((value) => typeof value === 'number')
}

function shownLength(value: unknown): number {
  if (value === undefined) return 0
  const { text, length } = cellText(value === '' ? 'empty text' : value)
  return text.length + (length === undefined ? 0 : 8)
}
