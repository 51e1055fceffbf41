import type { ReactNode } from 'react'

import type { CellRange } from './position.ts'
import type { Sorting } from './sort-rows.ts'

export interface GridFooterProps {
  readonly rowCount: number
  readonly isComplete: boolean
  readonly sorting: Sorting | undefined
  readonly sortedName: string | undefined
  /** The selected cells, if there is more than one. */
  readonly range: CellRange | undefined
  readonly children: ReactNode
}

/** Number of rows, order and selection of a grid. */
export function GridFooter(props: GridFooterProps) {
  const { rowCount, isComplete, sorting, sortedName, range, children } = props
  const direction = sorting?.isDescending === true ? 'descending' : 'ascending'
  return (
    <div className="mt-1 flex flex-wrap items-center gap-x-4 text-sm text-muted">
      <span>
        {countText(rowCount, 'row')}
        {!isComplete && ' loaded, and there are more'}
      </span>
      <span role="status">
        {sorting !== undefined &&
          `Sorted by ${sortedName}, ${direction}: ${isComplete ? 'all rows' : 'only the loaded rows'}`}
      </span>
      {range !== undefined && (
        <span>
          {countText(range.bottom - range.top + 1, 'row')} ×{' '}
          {countText(range.right - range.left + 1, 'column')} selected
        </span>
      )}
      {children}
    </div>
  )
}

/** Returns a number with its unit, such as `1 row`. */
export function countText(count: number, unit: string): string {
  return `${count.toLocaleString('en')} ${unit}${count === 1 ? '' : 's'}`
}
