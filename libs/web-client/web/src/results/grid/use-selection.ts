import { useState } from 'react'

import type { CellRange, Position } from './position.ts'
import { rangeBetween } from './position.ts'

/** The active cell, and the cells from the anchor to it. */
interface Selection {
  readonly active: Position
  readonly anchor: Position
}

const first: Position = { row: 0, column: 0 }

/** The selection of a grid: one active cell, or a rectangle with the active cell in a corner. */
export function useSelection() {
  const [{ active, anchor }, setSelection] = useState<Selection>({ active: first, anchor: first })
  const range: CellRange = rangeBetween(anchor, active)
  return {
    active,
    range,
    /** Whether more than one cell is selected. */
    isWide: active.row !== anchor.row || active.column !== anchor.column,
    /** Moves to a cell. If `isExtending` is true, the anchor stays, so that the rectangle grows. */
    moveTo: (next: Position, isExtending = false) =>
      setSelection((before) => ({ active: next, anchor: isExtending ? before.anchor : next })),
    selectAll: (rows: number, columns: number) =>
      setSelection({ anchor: first, active: { row: rows - 1, column: columns - 1 } }),
  }
}
