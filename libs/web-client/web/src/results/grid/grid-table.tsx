import type { ReactNode } from 'react'
import { useId, useRef } from 'react'

import type { Grid } from '../shape-of.ts'
import { CellDialog } from './cell-dialog.tsx'
import { copyCells } from './copy-cells.ts'
import { countText, GridFooter } from './grid-footer.tsx'
import { GridHeader } from './grid-header.tsx'
import { pressGridKey } from './grid-keys.ts'
import { cellId, GridRow } from './grid-row.tsx'
import type { CellRange, Position } from './position.ts'
import { useGrid } from './use-grid.ts'

export interface GridTableProps {
  readonly grid: Grid
  /** Name for assistive technology. Default: the number of rows. */
  readonly label?: string
  /** Whether all rows are loaded. Default: true. */
  readonly isComplete?: boolean
  /** Called when the last loaded rows come into view. */
  readonly onEnd?: () => void
  /** Shown below the grid, after the number of rows. */
  readonly footer?: ReactNode
  /** Classes of the scrolling element, such as its height. */
  readonly className?: string
}

const frame =
  'group relative overflow-auto rounded-md border border-edge bg-surface text-sm select-none focus:border-accent'

/** Rows as a grid, of which only the visible part exists in the document. */
export function GridTable(props: GridTableProps) {
  const { grid, label, isComplete = true, onEnd, footer, className = 'max-h-[60dvh]' } = props
  const gridId = useId()
  const scroller = useRef<HTMLDivElement>(null)
  const state = useGrid(scroller, grid, onEnd)
  const { layout, selection, sorting, numeric, actions, size } = state
  const { active, range, isWide } = selection
  return (
    <div className="flex min-h-0 flex-col">
      <div
        aria-activedescendant={
          state.isActiveShown ? cellId(gridId, active.row, active.column) : undefined
        }
        aria-colcount={size.columns}
        aria-label={label ?? countText(size.rows, 'row')}
        aria-multiselectable="true"
        aria-readonly="true"
        aria-rowcount={isComplete ? size.rows + 1 : -1}
        className={`${frame} ${className}`}
        onClick={({ target }) => {
          const cell = cellOf(target)
          if (cell !== undefined && cell.row < 0) actions.sort(cell.column)
        }}
        onCopy={(event) => {
          event.preventDefault()
          event.clipboardData.setData('text/plain', copyCells(state.rowAt, range))
        }}
        onDoubleClick={({ target }) => {
          const cell = cellOf(target)
          if (cell !== undefined && cell.row >= 0) actions.open(cell)
        }}
        onKeyDown={(event) => {
          if (pressGridKey(event, { active, isWide, size }, actions)) event.preventDefault()
        }}
        onPointerDown={({ target, button, shiftKey }) => {
          const cell = cellOf(target)
          if (cell !== undefined && button === 0) selection.moveTo(cell, shiftKey && cell.row >= 0)
        }}
        onPointerOver={({ target, buttons }) => {
          const cell = cellOf(target)
          const isDragging = buttons === 1 && active.row >= 0
          if (cell !== undefined && cell.row >= 0 && isDragging) selection.moveTo(cell, true)
        }}
        ref={scroller}
        role="grid"
        tabIndex={0}
      >
        <div className="min-w-full" role="rowgroup" style={{ width: layout.width }}>
          <GridHeader
            active={active.row < 0 ? active.column : -1}
            columns={grid.columns}
            gridId={gridId}
            items={layout.columns}
            numeric={numeric}
            onFit={state.fit}
            onResize={layout.resize}
            sorting={sorting}
          />
          <div className="relative" role="presentation" style={{ height: layout.height }}>
            {layout.rows.map(({ index, start }) => (
              <GridRow
                active={index === active.row ? active.column : -1}
                columns={layout.columns}
                gridId={gridId}
                key={index}
                numeric={numeric}
                position={index}
                row={state.rowAt(index) ?? []}
                top={start}
                {...(isWide ? selectedColumns(range, index) : noColumns)}
              />
            ))}
          </div>
        </div>
      </div>
      <GridFooter
        isComplete={isComplete}
        range={isWide ? range : undefined}
        rowCount={size.rows}
        sortedName={grid.columns[sorting?.column ?? -1]?.name}
        sorting={sorting}
      >
        {footer}
      </GridFooter>
      {state.opened !== undefined && (
        <CellDialog
          column={grid.columns[state.opened.column] ?? { name: '' }}
          onClose={state.close}
          rowNumber={state.opened.row + 1}
          value={state.rowAt(state.opened.row)?.[state.opened.column]}
        />
      )}
    </div>
  )
}

const noColumns = { left: -1, right: -1 }

/** Returns the first and the last selected column of a row. */
function selectedColumns({ top, bottom, left, right }: CellRange, row: number) {
  return row >= top && row <= bottom ? { left, right } : noColumns
}

/** Returns the cell that contains an element, unless it changes the width of a column. */
function cellOf(target: EventTarget): Position | undefined {
  if (!(target instanceof HTMLElement) || target.dataset['resize'] !== undefined) return undefined
  const cell = target.closest<HTMLElement>('[data-row]')
  if (cell === null) return undefined
  return { row: Number(cell.dataset['row']), column: Number(cell.dataset['column']) }
}
