export { durationBuckets, noMetrics } from './metrics/metrics.ts'
export type {
  Counter,
  Histogram,
  HistogramMetric,
  Labels,
  Metric,
  Metrics,
  Sample,
} from './metrics/metrics.ts'
export { inRequestSpan } from './tracing/response-span.ts'
export { activeTrace, inSpan, isTracing, openSpan } from './tracing/spans.ts'
export type { ActiveSpan, OpenSpan, SpanOptions } from './tracing/spans.ts'
