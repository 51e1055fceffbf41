import type { ReadableSpan } from '@opentelemetry/sdk-trace-base'

/** Returns the spans of one trace as an indented tree, in the order of their start. */
export function traceTree(spans: readonly ReadableSpan[]): string {
  const ids = new Set(spans.map((span) => span.spanContext().spanId))
  const ordered = spans.toSorted((left, right) => startOf(left) - startOf(right))
  const lines: string[] = []

  function add(parent: string | undefined, depth: number): void {
    for (const span of ordered) {
      const parentId = span.parentSpanContext?.spanId
      const known = parentId !== undefined && ids.has(parentId) ? parentId : undefined
      if (known !== parent) continue
      lines.push(`${'  '.repeat(depth)}${span.name}`)
      add(span.spanContext().spanId, depth + 1)
    }
  }
  add(undefined, 0)
  return lines.join('\n')
}

function startOf({ startTime: [seconds, nanoseconds] }: ReadableSpan): number {
  return seconds * 1e6 + nanoseconds / 1e3
}
