import { useVirtualizer } from '@tanstack/react-virtual'
import type { KeyboardEvent, MouseEvent, RefObject } from 'react'
import { useEffect, useId, useRef, useState } from 'react'

import type { ActivityLog } from '../log/activity-recorder.ts'
import type { Exchange } from '../log/exchange.ts'
import { ExchangeRow, rowClass, rowHeight, widths } from './exchange-row.tsx'
import { useIsWide } from './use-is-wide.ts'
import type { Rows } from '../log/filtered-rows.ts'

export interface ExchangeListProps {
  readonly log: ActivityLog
  readonly rows: Rows
  /** Number of the exchange that is open. */
  readonly selected: number | undefined
  readonly onSelect: (exchange: Exchange | undefined) => void
  readonly grid: RefObject<HTMLDivElement | null>
  /** Whether the end stays in view. */
  readonly isFollowing: boolean
  /** Called when the user scrolls away from the end, or back to it. */
  readonly onFollowingChange: (isFollowing: boolean) => void
}

/** One row per exchange. Only the rows in view exist. */
export function ExchangeList(props: ExchangeListProps) {
  const { log, rows, selected, onSelect, grid: scroller, isFollowing, onFollowingChange } = props
  const lastTop = useRef(0)
  const listId = useId()
  const [active, setActive] = useState<number>()
  const virtualizer = useVirtualizer({
    count: rows.count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 6,
    // The header covers the first pixels.
    scrollPaddingStart: rowHeight,
    useFlushSync: false,
  })
  const isWide = useIsWide(scroller)
  const items = virtualizer.getVirtualItems()
  const last = rows.count - 1
  useEffect(() => {
    if (isFollowing && last >= 0) virtualizer.scrollToIndex(last)
  }, [isFollowing, last, virtualizer])

  const onScroll = () => {
    const { current: element } = scroller
    if (element === null) return
    const { scrollTop, scrollHeight, clientHeight } = element
    const isAtEnd = scrollHeight - clientHeight - scrollTop < rowHeight * 2
    const isUp = scrollTop < lastTop.current
    lastTop.current = scrollTop
    if (isFollowing && isUp && !isAtEnd) onFollowingChange(false)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 2)
    const current = active === undefined ? -1 : rows.rowOf(active)
    const next = targetRow(event.key, current, page, last)
    if (next !== undefined && last >= 0) {
      event.preventDefault()
      const row = Math.min(Math.max(next, 0), last)
      const number = rows.numberAt(row)
      setActive(number)
      if (row < last) onFollowingChange(false)
      virtualizer.scrollToIndex(row)
      if (selected !== undefined && number !== undefined) onSelect(log.at(number))
    } else if (event.key === 'Enter' && active !== undefined) {
      onSelect(log.at(active))
    } else if (event.key === 'Escape') {
      onSelect(undefined)
    }
  }
  const onClick = ({ target }: MouseEvent) => {
    const row = target instanceof Element ? target.closest<HTMLElement>('[data-number]') : null
    const number = row?.dataset['number']
    if (number === undefined) return
    setActive(Number(number))
    onSelect(log.at(Number(number)))
  }
  const idOf = (number: number) => `${listId}-${number}`
  const isActiveShown = active !== undefined && rows.numberAt(rows.rowOf(active)) === active

  return (
    <div className="min-h-0 min-w-0 grow">
      <div
        aria-activedescendant={isActiveShown ? idOf(active) : undefined}
        aria-label="Exchanges"
        aria-rowcount={rows.count + 1}
        className="group h-full overflow-auto"
        onClick={onClick}
        onKeyDown={onKeyDown}
        onScroll={onScroll}
        ref={scroller}
        role="grid"
        tabIndex={0}
      >
        <HeaderRow isWide={isWide} />
        <div className="relative" role="rowgroup" style={{ height: virtualizer.getTotalSize() }}>
          {items.map(({ index, start }) => {
            const number = rows.numberAt(index)
            const exchange = number === undefined ? undefined : log.at(number)
            if (number === undefined || exchange === undefined) return null
            return (
              <ExchangeRow
                exchange={exchange}
                id={idOf(number)}
                isActive={number === active}
                isSelected={number === selected}
                isWide={isWide}
                // The element of a row that leaves the view is reused for the next row that enters the view.
                key={index % items.length}
                row={index}
                start={start}
              />
            )
          })}
        </div>
      </div>
    </div>
  )
}

/** Returns the row that a key moves to, or undefined for other keys. The row may be outside of the list. */
function targetRow(key: string, row: number, page: number, last: number): number | undefined {
  switch (key) {
    case 'ArrowDown':
      return row + 1
    case 'ArrowUp':
      return row === -1 ? last : row - 1
    case 'PageDown':
      return row + page
    case 'PageUp':
      return row === -1 ? last : row - page
    case 'Home':
      return 0
    case 'End':
      return last
    default:
      return undefined
  }
}

function HeaderRow({ isWide }: { readonly isWide: boolean }) {
  return (
    <div
      className="sticky top-0 z-10 border-b border-line bg-raised text-xs text-muted"
      role="rowgroup"
    >
      <div aria-rowindex={1} className={`${rowClass} py-1`} role="row">
        {isWide && (
          <span className={widths.time} role="columnheader">
            Time
          </span>
        )}
        <span className={widths.operation} role="columnheader">
          Operation
        </span>
        {isWide && (
          <span className={widths.from} role="columnheader">
            From
          </span>
        )}
        <span className={widths.status} role="columnheader">
          Status
        </span>
        <span className={isWide ? widths.wideDuration : widths.duration} role="columnheader">
          Duration
        </span>
        {isWide && (
          <span className={widths.bytes} role="columnheader">
            Size
          </span>
        )}
      </div>
    </div>
  )
}
