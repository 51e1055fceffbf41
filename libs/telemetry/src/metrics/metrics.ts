/** Label values of one series, by label name. */
export type Labels = Readonly<Record<string, string>>

/** A metric. Its labels must have few values: never an id, a URL or a text that a caller chose. */
export interface Metric {
  /** Name in the text format of Prometheus, such as `mcp_sessions_opened_total`. */
  readonly name: string
  readonly help: string
  /** Names of the labels. Default: none. */
  readonly labels?: readonly string[] | undefined
}

/** A metric that counts observations by size. */
export interface HistogramMetric extends Metric {
  /** Upper bounds of the buckets, in ascending order. */
  readonly buckets: readonly number[]
}

/** Adds to a counter. Default amount: 1. */
export type Counter = (labels?: Labels, amount?: number) => void

/** Records one value. */
export type Histogram = (value: number, labels?: Labels) => void

/** The current value of one series of a gauge. */
export interface Sample {
  readonly value: number
  readonly labels?: Labels | undefined
}

/**
 * The port through which the libraries emit metrics. A host implements it with a metrics library.
 * `createMetrics` of `@mcp/node` does so for Prometheus.
 */
export interface Metrics {
  counter(metric: Metric): Counter
  histogram(metric: HistogramMetric): Histogram
  /**
   * Registers a function that returns the current values, which is called whenever the metrics are read.
   * Several functions may be registered for one metric. Returns the function that removes this one.
   */
  gauge(metric: Metric, read: () => Iterable<Sample>): () => void
}

/** Emits nothing. The default of every library. */
export const noMetrics: Metrics = {
  counter: () => () => {},
  histogram: () => () => {},
  gauge: () => () => {},
}

/** Buckets of durations in seconds, from a millisecond to half a minute. */
export const durationBuckets: readonly number[] = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
]
