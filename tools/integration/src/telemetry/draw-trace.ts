import { SpanKind } from '@opentelemetry/api'
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base'

import type { TraceRow } from './trace-tree.ts'
import { endOf, startOf, traceRows } from './trace-tree.ts'

const width = 960
const rowHeight = 22
const barsAt = 400
const durationsAt = 880

const colours = {
  server: '#3b76af',
  client: '#8d9db6',
  internal: '#4f9d69',
  model: '#b5683c',
} as const

/** Draws the spans of one trace as an SVG: a tree of names, with a bar on a common time axis for each. */
export function drawTrace(spans: readonly ReadableSpan[]): string {
  const rows = traceRows(spans)
  const start = Math.min(...spans.map(startOf))
  const end = Math.max(...spans.map(endOf))
  const height = (rows.length + 1) * rowHeight
  const scale = (durationsAt - barsAt - 10) / Math.max(1, end - start)
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="ui-monospace, monospace" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    ...rows.map((row, index) => drawRow(row, { top: (index + 0.5) * rowHeight, start, scale })),
    '</svg>',
    '',
  ].join('\n')
}

interface RowPosition {
  /** Upper edge of the row. */
  readonly top: number
  /** Start of the trace, in microseconds. */
  readonly start: number
  /** Width of a microsecond. */
  readonly scale: number
}

function drawRow({ span, depth }: TraceRow, { top, start, scale }: RowPosition): string {
  const left = barsAt + (startOf(span) - start) * scale
  const duration = endOf(span) - startOf(span)
  const colour = colours[colourOf(span)]
  const text = (x: number, content: string) =>
    `<text x="${x}" y="${top + 15}" fill="#1c2733">${escape(content)}</text>`
  return [
    text(12 + depth * 14, span.name),
    `<rect x="${left.toFixed(1)}" y="${top + 5}" width="${Math.max(2, duration * scale).toFixed(1)}" height="12" rx="2" fill="${colour}"/>`,
    text(durationsAt, `${(duration / 1000).toFixed(1)} ms`),
  ].join('')
}

function colourOf({ kind, attributes }: ReadableSpan): keyof typeof colours {
  if (attributes['gen_ai.operation.name'] === 'chat') return 'model'
  if (kind === SpanKind.SERVER) return 'server'
  return kind === SpanKind.CLIENT ? 'client' : 'internal'
}

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
