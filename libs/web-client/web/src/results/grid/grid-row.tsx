import type { VirtualItem } from '@tanstack/react-virtual'
import { memo } from 'react'

import { CellValue } from './cell-value.tsx'

export const rowHeight = 26

export interface GridRowProps {
  readonly gridId: string
  /** Position of the row, from 0. */
  readonly position: number
  readonly row: readonly unknown[]
  readonly top: number
  /** The columns that exist, with their places. */
  readonly columns: readonly VirtualItem[]
  readonly numeric: readonly boolean[]
  /** Column of the active cell, or -1. */
  readonly active: number
  /** First and last selected column, or -1. */
  readonly left: number
  readonly right: number
}

/** One row. Scrolling does not draw it again. */
export const GridRow = memo(function GridRow(props: GridRowProps) {
  const { gridId, position, row, top, columns, numeric, active, left, right } = props
  return (
    <div
      aria-rowindex={position + 2}
      className="absolute inset-x-0 top-0 border-b border-line hover:bg-raised"
      role="row"
      style={{ height: rowHeight, transform: `translateY(${top}px)` }}
    >
      {columns.map(({ index, start, size }) => {
        const isActive = index === active
        const isSelected = index >= left && index <= right
        return (
          <div
            aria-colindex={index + 1}
            aria-selected={isActive || isSelected}
            className={`absolute top-0 flex h-full items-center border-r border-line px-2 ${
              numeric[index] === true ? 'justify-end tabular-nums' : ''
            } ${isSelected ? 'bg-accent-soft' : ''} ${
              isActive
                ? 'forced-colors:outline-2 ring-2 ring-inset ring-edge group-focus:ring-accent'
                : ''
            }`}
            data-column={index}
            data-row={position}
            id={cellId(gridId, position, index)}
            key={index}
            role="gridcell"
            style={{ left: start, width: size }}
          >
            <CellValue value={row[index]} />
          </div>
        )
      })}
    </div>
  )
})

/** Returns the id of the element of a cell. */
export function cellId(gridId: string, row: number, column: number): string {
  return `${gridId}-${row}-${column}`
}
