import { memo } from 'react'

import type { Tone } from '../../elements/badge.tsx'
import { Badge } from '../../elements/badge.tsx'
import { formatBytes } from '../../elements/format-bytes.ts'
import type { Exchange } from '../log/exchange.ts'
import { isFailure } from '../log/filter.ts'
import { formatMs } from './format-ms.ts'

export const rowHeight = 28
/** Duration of a full bar. */
const maxMs = 10_000

/** Widths of the columns. In a narrow panel, only the operation, the status and the duration are shown. */
export const widths = {
  time: 'w-18 shrink-0',
  operation: 'min-w-0 grow basis-0',
  from: 'w-24 shrink-0',
  status: 'w-26 shrink-0',
  duration: 'w-22 shrink-0',
  wideDuration: 'w-32 shrink-0',
  bytes: 'w-16 shrink-0 text-right',
} as const
export const rowClass = 'flex items-center gap-2 px-3'

export interface ExchangeRowProps {
  readonly exchange: Exchange
  readonly id: string
  /** Row in the list, from 0. */
  readonly row: number
  /** Distance from the start of the list, in pixels. */
  readonly start: number
  readonly isWide: boolean
  readonly isActive: boolean
  readonly isSelected: boolean
}

/** One exchange: its operation, sender and status, and a bar for its duration. */
export const ExchangeRow = memo(function ExchangeRow(props: ExchangeRowProps) {
  const { exchange, id, row, start, isWide, isActive, isSelected } = props
  const isGap = exchange.kind === 'gap'
  let background = isGap ? 'bg-warn-soft' : 'hover:bg-sunken'
  if (isSelected) background = 'bg-accent-soft'
  const outline = isActive ? 'group-focus-visible:outline-2 -outline-offset-2 outline-accent' : ''
  return (
    <div
      aria-rowindex={row + 2}
      aria-selected={isSelected}
      className={`${rowClass} absolute inset-x-0 cursor-pointer border-b contain-strict border-line/60 ${background} ${outline}`}
      data-number={exchange.number}
      id={id}
      role="row"
      style={{ height: rowHeight, transform: `translateY(${start}px)` }}
    >
      {isGap ? (
        <span className="truncate text-sm text-warn" role="gridcell">
          {exchange.operation}
        </span>
      ) : (
        <Cells exchange={exchange} isWide={isWide} />
      )}
    </div>
  )
})

function Cells({ exchange, isWide }: { readonly exchange: Exchange; readonly isWide: boolean }) {
  const { kind, at, server, operation, from, durationMs, bytes, entryCount } = exchange
  const further = entryCount - (kind === 'request' ? 2 : 1)
  return (
    <>
      {isWide && (
        <span className={`${widths.time} font-mono text-xs text-muted`} role="gridcell">
          {timeFormat.format(Date.parse(at))}
        </span>
      )}
      <span className={`${widths.operation} truncate text-sm`} role="gridcell">
        {kind !== 'request' && <span className="mr-1.5 text-xs text-muted">{kind}</span>}
        {server !== undefined && <span className="text-muted">{server} · </span>}
        {operation}
        {further > 0 && (
          <span
            className="ml-1.5 text-xs text-muted"
            title={`${entryCount} entries belong together.`}
          >
            +{further}
          </span>
        )}
      </span>
      {isWide && (
        <span className={`${widths.from} truncate text-sm text-muted`} role="gridcell" title={from}>
          {from}
        </span>
      )}
      <span className={`${widths.status} truncate`} role="gridcell">
        <Status exchange={exchange} />
      </span>
      <span
        className={`${isWide ? widths.wideDuration : widths.duration} flex items-center gap-1.5 text-xs text-muted tabular-nums`}
        role="gridcell"
      >
        <DurationBar exchange={exchange} />
        {durationMs === undefined ? null : formatMs(durationMs)}
      </span>
      {isWide && (
        <span className={`${widths.bytes} text-xs text-muted`} role="gridcell">
          {bytes === undefined ? '' : formatBytes(bytes)}
        </span>
      )}
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
        <span className="block h-full w-full bg-accent/30" />
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
