import type { RefObject } from 'react'
import { useEffect, useMemo, useState } from 'react'

import type { Grid } from '../shape-of.ts'
import { fitColumn, isNumeric, maxColumnWidth } from './column-widths.ts'
import type { GridActions } from './grid-keys.ts'
import type { Position } from './position.ts'
import type { Sorting } from './sort-rows.ts'
import { nextSorting, sortRows } from './sort-rows.ts'
import { useGridLayout } from './use-grid-layout.ts'
import { useSelection } from './use-selection.ts'

/** The state of a grid, and the functions that change it. */
export function useGrid(
  scroller: RefObject<HTMLDivElement | null>,
  grid: Grid,
  onEnd: (() => void) | undefined,
) {
  const { columns, rows } = grid
  const [sorting, setSorting] = useState<Sorting>()
  const [opened, setOpened] = useState<Position>()
  const selection = useSelection()
  const layout = useGridLayout(scroller, grid)
  const order = useMemo(
    () => (sorting === undefined ? undefined : sortRows(rows, sorting)),
    [rows, sorting],
  )
  const numeric = useMemo(
    () => columns.map((_column, index) => isNumeric({ columns, rows }, index)),
    [columns, rows],
  )
  const lastRow = layout.rows.at(-1)?.index ?? -1
  useEffect(() => {
    if (lastRow >= rows.length - 1) onEnd?.()
  }, [lastRow, rows.length, onEnd])

  const { active } = selection
  const actions: GridActions = {
    moveTo(next, isExtending) {
      selection.moveTo(next, isExtending)
      layout.show(next)
    },
    selectAll: () => selection.selectAll(rows.length, columns.length),
    clearSelection: () => selection.moveTo(active),
    open: (cell) => setOpened(cell),
    sort: (column) => setSorting((before) => nextSorting(before, column)),
    widen: (column, pixels) => layout.resize(column, (layout.widths[column] ?? 0) + pixels),
  }
  return {
    layout,
    selection,
    sorting,
    numeric,
    actions,
    size: { rows: rows.length, columns: columns.length, pageRows: layout.pageRows },
    /** Returns the row at a position of the current order. */
    rowAt: (position: number) => rows[order?.[position] ?? position],
    fit: (column: number) => layout.resize(column, fitColumn(grid, column, maxColumnWidth)),
    /** Whether the element of the active cell exists. */
    isActiveShown:
      layout.columns.some(({ index }) => index === active.column) &&
      (active.row < 0 || layout.rows.some(({ index }) => index === active.row)),
    opened,
    close: () => setOpened(undefined),
  }
}
