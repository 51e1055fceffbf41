import type { VirtualItem } from '@tanstack/react-virtual'
import type { PointerEvent } from 'react'
import { useRef } from 'react'

import type { Column } from '../shape-of.ts'
import { cellId, rowHeight } from './grid-row.tsx'
import type { Sorting } from './sort-rows.ts'

export interface GridHeaderProps {
  readonly gridId: string
  readonly columns: readonly Column[]
  readonly items: readonly VirtualItem[]
  readonly numeric: readonly boolean[]
  readonly sorting: Sorting | undefined
  readonly active: number
  readonly onResize: (column: number, width: number) => void
  readonly onFit: (column: number) => void
}

/** The names of the columns. The grid sorts after a click. The right edge changes the width. */
export function GridHeader(props: GridHeaderProps) {
  const { gridId, columns, items, numeric, sorting, active, onResize, onFit } = props
  return (
    <div
      aria-rowindex={1}
      className="sticky top-0 z-10 border-b border-edge bg-raised font-medium"
      role="row"
      style={{ height: rowHeight + 2 }}
    >
      {items.map(({ index, start, size }) => {
        const { name = '', type } = columns[index] ?? {}
        const order = sorting?.column === index ? sorting : undefined
        return (
          <div
            aria-colindex={index + 1}
            aria-sort={sortOf(order)}
            className={`absolute top-0 flex h-full cursor-pointer items-center gap-1 border-r border-line px-2 hover:bg-sunken ${
              numeric[index] === true ? 'justify-end' : ''
            } ${index === active ? 'forced-colors:outline-2 ring-2 ring-inset ring-edge group-focus:ring-accent' : ''}`}
            data-column={index}
            data-row={-1}
            id={cellId(gridId, -1, index)}
            key={index}
            role="columnheader"
            style={{ left: start, width: size }}
            title={`${name}${type === undefined ? '' : ` (${type})`}. Click to sort the loaded rows.`}
          >
            <span className="truncate">{name}</span>
            {type !== undefined && (
              <span className="min-w-0 shrink-[2] truncate text-xs font-normal text-muted">
                {type}
              </span>
            )}
            {order !== undefined && (
              <span aria-hidden="true" className="text-accent">
                {order.isDescending ? '↓' : '↑'}
              </span>
            )}
            <ResizeHandle
              onFit={() => onFit(index)}
              onResize={(width) => onResize(index, width)}
              width={size}
            />
          </div>
        )
      })}
    </div>
  )
}

function sortOf(order: Sorting | undefined) {
  if (order === undefined) return 'none' as const
  return order.isDescending ? ('descending' as const) : ('ascending' as const)
}

interface ResizeHandleProps {
  readonly width: number
  readonly onResize: (width: number) => void
  readonly onFit: () => void
}

/** The right edge of a header. The keyboard changes the width in the header cell itself. */
function ResizeHandle({ width, onResize, onFit }: ResizeHandleProps) {
  const start = useRef<{ readonly x: number; readonly width: number }>(undefined)
  const move = (event: PointerEvent) => {
    if (start.current === undefined) return
    onResize(start.current.width + event.clientX - start.current.x)
  }
  return (
    <span
      aria-hidden="true"
      className="absolute top-0 right-0 h-full w-2 cursor-col-resize touch-none hover:bg-accent"
      data-resize=""
      onDoubleClick={onFit}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId)
        start.current = { x: event.clientX, width }
      }}
      onPointerMove={move}
      onPointerUp={() => {
        start.current = undefined
      }}
    />
  )
}
