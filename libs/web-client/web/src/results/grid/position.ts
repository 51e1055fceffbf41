/** A cell of a grid. Row -1 is the header. */
export interface Position {
  readonly row: number
  readonly column: number
}

/** A rectangle of cells. The ends are part of it. */
export interface CellRange {
  readonly top: number
  readonly bottom: number
  readonly left: number
  readonly right: number
}

export interface GridSize {
  readonly rows: number
  readonly columns: number
  /** Number of rows that are visible at once. */
  readonly pageRows: number
}

/** Pressed key with its modifiers, as in a `KeyboardEvent`. */
export interface PressedKey {
  readonly key: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
}

/** Returns the cell that a key leads to, or undefined if the key does not move. */
export function movePosition(
  { row, column }: Position,
  { key, ctrlKey, metaKey }: PressedKey,
  { rows, columns, pageRows }: GridSize,
): Position | undefined {
  const isFar = ctrlKey || metaKey
  const to = (nextRow: number, nextColumn: number): Position => ({
    row: clamp(nextRow, -1, rows - 1),
    column: clamp(nextColumn, 0, columns - 1),
  })
  switch (key) {
    case 'ArrowUp':
      return isFar ? to(0, column) : to(row - 1, column)
    case 'ArrowDown':
      return isFar ? to(rows - 1, column) : to(row + 1, column)
    case 'ArrowLeft':
      return isFar ? to(row, 0) : to(row, column - 1)
    case 'ArrowRight':
      return isFar ? to(row, columns - 1) : to(row, column + 1)
    case 'Home':
      return isFar ? to(0, 0) : to(row, 0)
    case 'End':
      return isFar ? to(rows - 1, columns - 1) : to(row, columns - 1)
    case 'PageUp':
      return to(Math.max(row - pageRows, 0), column)
    case 'PageDown':
      return to(row + pageRows, column)
    default:
      return undefined
  }
}

/** Returns the rectangle between two cells. The header is not part of it. */
export function rangeBetween(from: Position, to: Position): CellRange {
  return {
    top: Math.max(Math.min(from.row, to.row), 0),
    bottom: Math.max(from.row, to.row),
    left: Math.min(from.column, to.column),
    right: Math.max(from.column, to.column),
  }
}

function clamp(value: number, min: number, max: number): number {
  return Math.max(min, Math.min(value, max))
}
