import { memo } from 'react'

import type { Tone } from '../../elements/badge.tsx'
import { Badge } from '../../elements/badge.tsx'
import { formatBytes } from '../../elements/format-bytes.ts'
import type { Exchange } from '../log/exchange.ts'
import { isFailure } from '../log/filter.ts'

export const rowHeight = 28
/** Duration of a full bar. */
const maxMs = 10_000

/** Columns of the list. In a narrow panel, only the operation, the status and the duration are shown. */
export const columns =
  'grid grid-cols-[minmax(0,1fr)_6.5rem_5.5rem] items-center gap-2 px-3 @2xl:grid-cols-[4.5rem_minmax(0,1fr)_6rem_7rem_8rem_4rem]'
export const wideOnly = 'hidden @2xl:block'

export interface ExchangeRowProps {
  readonly exchange: Exchange
  readonly id: string
  /** Row in the list, from 0. */
  readonly row: number
  /** Distance from the start of the list, in pixels. */
  readonly start: number
  readonly isActive: boolean
  readonly isSelected: boolean
}

/** One exchange: what, who sent it, how it ended, and a bar for its time. */
export const ExchangeRow = memo(function ExchangeRow(props: ExchangeRowProps) {
  const { exchange, id, row, start, isActive, isSelected } = props
  const isGap = exchange.kind === 'gap'
  let background = isGap ? 'bg-warn-soft' : 'hover:bg-sunken'
  if (isSelected) background = 'bg-accent-soft'
  const outline = isActive ? 'group-focus-visible:outline-2 -outline-offset-2 outline-accent' : ''
  return (
    <div
      aria-rowindex={row + 2}
      aria-selected={isSelected}
      className={`${columns} absolute inset-x-0 cursor-pointer border-b border-line/60 ${background} ${outline}`}
      data-number={exchange.number}
      id={id}
      role="row"
      style={{ height: rowHeight, transform: `translateY(${start}px)` }}
    >
      {isGap ? (
        <span className="col-span-full truncate text-sm text-warn" role="gridcell">
          {exchange.operation}
        </span>
      ) : (
        <Cells exchange={exchange} />
      )}
    </div>
  )
})

function Cells({ exchange }: { readonly exchange: Exchange }) {
  const { kind, at, server, operation, from, durationMs, bytes, entryCount } = exchange
  const further = entryCount - (kind === 'request' ? 2 : 1)
  return (
    <>
      <span className={`${wideOnly} font-mono text-xs text-muted`} role="gridcell">
        {timeFormat.format(Date.parse(at))}
      </span>
      <span className="flex min-w-0 items-baseline gap-1.5 text-sm" role="gridcell">
        {kind !== 'request' && <span className="text-xs text-muted">{kind}</span>}
        <span className="truncate">
          {server !== undefined && <span className="text-muted">{server} · </span>}
          {operation}
        </span>
        {further > 0 && (
          <span className="text-xs text-muted" title={`${entryCount} entries belong together.`}>
            +{further}
          </span>
        )}
      </span>
      <span className={`${wideOnly} truncate text-sm text-muted`} role="gridcell" title={from}>
        {from}
      </span>
      <span className="truncate" role="gridcell">
        <Status exchange={exchange} />
      </span>
      <span className="flex items-center gap-1.5 text-xs text-muted tabular-nums" role="gridcell">
        <DurationBar exchange={exchange} />
        {durationMs !== undefined && <span>{formatMs(durationMs)}</span>}
      </span>
      <span className={`${wideOnly} text-right text-xs text-muted`} role="gridcell">
        {bytes === undefined ? '' : formatBytes(bytes)}
      </span>
    </>
  )
}

const timeFormat = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
})

function DurationBar({ exchange }: { readonly exchange: Exchange }) {
  const { kind, durationMs, status } = exchange
  if (durationMs === undefined && (kind !== 'request' || status !== undefined)) return null
  const colour = isFailure(exchange) ? 'bg-bad' : 'bg-accent'
  return (
    <span aria-hidden="true" className="h-1.5 grow overflow-hidden rounded bg-sunken">
      {durationMs === undefined ? (
        <span className="block h-full w-full animate-pulse bg-accent/50" />
      ) : (
        <span
          className={`block h-full ${colour}`}
          style={{ width: `${Math.max(2, barShare(durationMs) * 100)}%` }}
        />
      )}
    </span>
  )
}

/** Durations differ by orders of magnitude, so the bar shows the logarithm. */
function barShare(durationMs: number): number {
  return Math.min(1, Math.log1p(durationMs) / Math.log1p(maxMs))
}

export function Status({ exchange }: { readonly exchange: Exchange }) {
  const { kind, status } = exchange
  if (status === undefined) return kind === 'request' ? <Badge tone="accent">open</Badge> : null
  let tone: Tone = 'neutral'
  if (isFailure(exchange)) tone = 'bad'
  else if (status === 'success') tone = 'good'
  return <Badge tone={tone}>{status}</Badge>
}

/** Returns a duration such as `3.2 ms` or `1.5 s`. */
export function formatMs(ms: number): string {
  if (ms >= 10_000) return `${Math.round(ms / 1000)} s`
  if (ms >= 1000) return `${(ms / 1000).toFixed(1)} s`
  return ms < 10 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`
}
