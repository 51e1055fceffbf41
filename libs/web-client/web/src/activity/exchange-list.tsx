import { useVirtualizer } from '@tanstack/react-virtual'
import type { KeyboardEvent } from 'react'
import { useEffect, useRef } from 'react'

import { Badge } from '../elements/badge.tsx'
import type { Tone } from '../elements/badge.tsx'
import type { Exchange } from './exchange.ts'
import { isFailure } from './filter.ts'

const rowHeight = 30
/** Duration of a full bar. */
const maxMs = 10_000
const columns =
  'grid grid-cols-[5.5rem_minmax(8rem,1fr)_6rem] items-center gap-2 px-3 md:grid-cols-[5.5rem_6rem_minmax(10rem,1fr)_7rem_6rem_9rem_4.5rem]'

export interface ExchangeListProps {
  readonly exchanges: readonly Exchange[]
  readonly selected: number | undefined
  readonly onSelect: (seq: number) => void
  /** Whether the end stays in view. */
  readonly isFollowing: boolean
}

/** One row per exchange. Only the rows in view exist. */
export function ExchangeList({ exchanges, selected, onSelect, isFollowing }: ExchangeListProps) {
  const scroller = useRef<HTMLDivElement>(null)
  const virtualizer = useVirtualizer({
    count: exchanges.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  })
  const last = exchanges.length - 1
  useEffect(() => {
    if (isFollowing && last >= 0) virtualizer.scrollToIndex(last)
  }, [isFollowing, last, virtualizer])

  const onKeyDown = (event: KeyboardEvent) => {
    const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 }
    const step = steps[event.key]
    if (step === undefined || exchanges.length === 0) return
    event.preventDefault()
    const index = exchanges.findIndex(({ seq }) => seq === selected)
    const next = Math.min(Math.max(index + step, 0), last)
    virtualizer.scrollToIndex(next)
    const { seq } = exchanges[next] ?? {}
    if (seq !== undefined) onSelect(seq)
  }

  return (
    <div className="flex min-h-0 min-w-0 grow flex-col">
      <div className="overflow-auto" ref={scroller} role="presentation">
        <div aria-label="Exchanges" aria-rowcount={exchanges.length + 1} role="table">
          <div
            className="sticky top-0 z-10 border-b border-line bg-raised text-xs text-muted"
            role="rowgroup"
          >
            <div className={`${columns} py-1`} role="row">
              <span role="columnheader">Time</span>
              <span className="hidden md:block" role="columnheader">
                Kind
              </span>
              <span role="columnheader">Operation</span>
              <span className="hidden md:block" role="columnheader">
                From
              </span>
              <span role="columnheader">Status</span>
              <span className="hidden md:block" role="columnheader">
                Duration
              </span>
              <span className="hidden text-right md:block" role="columnheader">
                Size
              </span>
            </div>
          </div>
          <div className="relative" role="rowgroup" style={{ height: virtualizer.getTotalSize() }}>
            {virtualizer.getVirtualItems().map(({ index, start }) => {
              const exchange = exchanges[index]
              if (exchange === undefined) return null
              return (
                <div
                  aria-rowindex={index + 2}
                  className={`${columns} absolute inset-x-0 border-b border-line/60 ${
                    exchange.seq === selected ? 'bg-accent-soft' : 'hover:bg-sunken'
                  }`}
                  key={exchange.id}
                  role="row"
                  style={{ height: rowHeight, transform: `translateY(${start}px)` }}
                >
                  <Cells exchange={exchange} onKeyDown={onKeyDown} onSelect={onSelect} />
                </div>
              )
            })}
          </div>
        </div>
      </div>
    </div>
  )
}

function Cells({
  exchange,
  onKeyDown,
  onSelect,
}: {
  readonly exchange: Exchange
  readonly onKeyDown: (event: KeyboardEvent) => void
  readonly onSelect: (seq: number) => void
}) {
  const { kind, seq, at, server, operation, from, durationMs, bytes } = exchange
  if (kind === 'gap') {
    return (
      <span className="col-span-full text-warn" role="cell">
        {operation}
      </span>
    )
  }
  const name = server === undefined ? operation : `${server} · ${operation}`
  return (
    <>
      <span className="font-mono text-xs text-muted" role="cell">
        {new Date(at).toLocaleTimeString(undefined, { hour12: false })}
      </span>
      <span className="hidden truncate text-sm text-muted md:block" role="cell">
        {kind}
      </span>
      <span className="min-w-0" role="cell">
        <button
          className="block w-full truncate text-left hover:underline"
          onClick={() => onSelect(seq)}
          onKeyDown={onKeyDown}
          type="button"
        >
          {name}
        </button>
      </span>
      <span className="hidden truncate text-sm text-muted md:block" role="cell">
        {from}
      </span>
      <span className="truncate" role="cell">
        <Status exchange={exchange} />
      </span>
      <span className="hidden items-center gap-1.5 text-xs text-muted md:flex" role="cell">
        {durationMs !== undefined && (
          <>
            <span aria-hidden="true" className="h-1.5 w-16 overflow-hidden rounded bg-sunken">
              <span
                className="block h-full bg-accent"
                style={{ width: `${barShare(durationMs) * 100}%` }}
              />
            </span>
            {durationMs < 10 ? durationMs.toFixed(1) : Math.round(durationMs)} ms
          </>
        )}
      </span>
      <span className="hidden text-right text-xs text-muted md:block" role="cell">
        {bytes === undefined ? '' : formatBytes(bytes)}
      </span>
    </>
  )
}

/** Durations differ by orders of magnitude, so the bar shows the logarithm. */
function barShare(durationMs: number): number {
  return Math.min(1, Math.log1p(durationMs) / Math.log1p(maxMs))
}

function Status({ exchange }: { readonly exchange: Exchange }) {
  const { kind, status } = exchange
  if (status === undefined) return kind === 'request' ? <Badge tone="accent">open</Badge> : null
  let tone: Tone = 'neutral'
  if (isFailure(exchange)) tone = 'bad'
  else if (status === 'success') tone = 'good'
  return <Badge tone={tone}>{status}</Badge>
}

/** Returns a size with its unit, such as `1.2 kB`. */
function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(1)} kB`
  return `${(bytes / 1_000_000).toFixed(1)} MB`
}
