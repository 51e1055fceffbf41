import type { ReadableSpan } from '@opentelemetry/sdk-trace-base'

/** A span with its place in the tree of its trace. */
export interface TraceRow {
  readonly span: ReadableSpan
  readonly depth: number
}

/** Returns the spans of one trace in the order of the tree: parents first, then by their start. */
export function traceRows(spans: readonly ReadableSpan[]): TraceRow[] {
  const ids = new Set(spans.map((span) => span.spanContext().spanId))
  const ordered = spans.toSorted((left, right) => startOf(left) - startOf(right))
  const rows: TraceRow[] = []

  function add(parent: string | undefined, depth: number): void {
    for (const span of ordered) {
      const parentId = span.parentSpanContext?.spanId
      const known = parentId !== undefined && ids.has(parentId) ? parentId : undefined
      if (known !== parent) continue
      rows.push({ span, depth })
      add(span.spanContext().spanId, depth + 1)
    }
  }
  add(undefined, 0)
  return rows
}

/** Returns the spans of one trace as an indented tree. */
export const traceTree = (spans: readonly ReadableSpan[]): string =>
  traceRows(spans)
    .map(({ span, depth }) => `${'  '.repeat(depth)}${span.name}`)
    .join('\n')

/** Returns the start of a span in microseconds. */
export const startOf = ({ startTime }: ReadableSpan): number => toMicroseconds(startTime)

/** Returns the end of a span in microseconds. */
export const endOf = ({ endTime }: ReadableSpan): number => toMicroseconds(endTime)

const toMicroseconds = ([seconds, nanoseconds]: ReadableSpan['startTime']): number =>
  seconds * 1e6 + nanoseconds / 1e3
