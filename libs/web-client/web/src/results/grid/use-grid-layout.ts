import { useVirtualizer } from '@tanstack/react-virtual'
import type { RefObject } from 'react'
import { useEffect, useState } from 'react'

import type { Grid } from '../shape-of.ts'
import { clampWidth, fitColumns } from './column-widths.ts'
import { rowHeight } from './grid-row.tsx'
import type { Position } from './position.ts'

/** Height of the header, which covers the first rows in view. */
const headerHeight = rowHeight + 2

/** The positions of the visible rows and columns of a grid, and the widths of all columns. */
export function useGridLayout(scroller: RefObject<HTMLDivElement | null>, grid: Grid) {
  const { columns, rows } = grid
  const names = columns.map(({ name }) => name).join('\n')
  const [resized, setResized] = useState<{ readonly names: string; readonly widths: number[] }>()
  const widths = resized?.names === names ? resized.widths : fitted(grid)
  const rowItems = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 10,
    scrollPaddingStart: headerHeight,
  })
  const columnItems = useVirtualizer({
    horizontal: true,
    count: columns.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => widths[index] ?? rowHeight,
    overscan: 3,
  })
  useEffect(() => columnItems.measure(), [columnItems, widths])
  return {
    rows: rowItems.getVirtualItems(),
    columns: columnItems.getVirtualItems(),
    height: rowItems.getTotalSize(),
    width: columnItems.getTotalSize(),
    widths,
    pageRows: Math.max(1, Math.floor((rowItems.scrollRect?.height ?? 0) / rowHeight) - 2),
    /** Scrolls until a cell is in view. */
    show: ({ row, column }: Position) => {
      if (row >= 0) rowItems.scrollToIndex(row)
      columnItems.scrollToIndex(column)
    },
    resize: (column: number, width: number) => {
      setResized({ names, widths: widths.with(column, clampWidth(width)) })
    },
  }
}

/** Widths by the columns of their grid, so that further rows do not change them. */
const known = new WeakMap<Grid['columns'], number[]>()

function fitted(grid: Grid): number[] {
  const before = known.get(grid.columns)
  if (before !== undefined) return before
  const widths = fitColumns(grid)
  known.set(grid.columns, widths)
  return widths
}
