import { useRef } from 'react'

import type { ActivityLog } from './log/activity-recorder.ts'
import type { EntryReader } from './exchange/entry-content.tsx'
import type { Exchange } from './log/exchange.ts'
import { ExchangeDetail } from './exchange/exchange-detail.tsx'
import { ExchangeList } from './exchange/exchange-list.tsx'
import type { Rows } from './log/filtered-rows.ts'

export interface ActivityPaneProps {
  readonly log: ActivityLog
  readonly rows: Rows
  readonly reader: EntryReader
  readonly selected: Exchange | undefined
  readonly onSelect: (exchange: Exchange | undefined) => void
  readonly isFollowing: boolean
  readonly onFollowingChange: (isFollowing: boolean) => void
  /** Whether the details are at the right of the list, if there is enough space. Default: below it. */
  readonly isWide?: boolean
}

/** The list of exchanges, and the details of the selected one. */
export function ActivityPane(props: ActivityPaneProps) {
  const { log, reader, selected, onSelect, isWide = false, ...rest } = props
  const grid = useRef<HTMLDivElement>(null)
  const close = () => {
    onSelect(undefined)
    grid.current?.focus()
  }
  const beside = isWide ? 'lg:max-h-none lg:w-[28rem] lg:border-t-0 lg:border-l' : ''
  return (
    <div className={`flex min-h-0 grow flex-col ${isWide ? 'lg:flex-row' : ''}`}>
      <ExchangeList
        {...rest}
        grid={grid}
        log={log}
        onSelect={(exchange) => onSelect(exchange?.kind === 'gap' ? undefined : exchange)}
        selected={selected?.number}
      />
      {selected !== undefined && (
        <ExchangeDetail
          className={`max-h-[50%] shrink-0 border-t ${beside}`}
          exchange={selected}
          key={selected.number}
          onClose={close}
          reader={log.isReadable(selected) ? reader : undefined}
        />
      )}
    </div>
  )
}
