/** Order of the rows by one column. */
export interface Sorting {
  readonly column: number
  readonly isDescending: boolean
}

/** Returns the next order after a click on a header: ascending, descending, as loaded. */
export function nextSorting(current: Sorting | undefined, column: number): Sorting | undefined {
  if (current?.column !== column) return { column, isDescending: false }
  return current.isDescending ? undefined : { column, isDescending: true }
}

const decimal = /^[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i

/**
 * Returns the indices of the rows in the order of a column. Numbers, and texts that are all decimal numbers,
 * are compared as numbers. Rows without a value are last in both directions.
 */
export function sortRows(
  rows: readonly (readonly unknown[])[],
  { column, isDescending }: Sorting,
): number[] {
  const indices = rows.map((_row, index) => index)
  const values = rows.map((row) => row[column])
  const present = values.filter((value) => value !== null && value !== undefined)
  const keys = present.every(isDecimal)
    ? values.map((value) => (value === null || value === undefined ? undefined : Number(value)))
    : values.map(textKey)
  const direction = isDescending ? -1 : 1
  return indices.toSorted((first, second) => {
    const left = keys[first]
    const right = keys[second]
    if (left === undefined || right === undefined) {
      return Number(left === undefined) - Number(right === undefined)
    }
    return left === right ? 0 : direction * (left < right ? -1 : 1)
  })
}

function isDecimal(value: unknown): boolean {
  return typeof value === 'number' || (typeof value === 'string' && decimal.test(value))
}

function textKey(value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined
  return (typeof value === 'string' ? value : JSON.stringify(value)).toLowerCase()
}
