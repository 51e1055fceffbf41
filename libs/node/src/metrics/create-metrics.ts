import type { Labels, Metric, Metrics, Sample } from '@mcp/telemetry'
import type * as Prometheus from 'prom-client'
import type { Counter, Gauge, Histogram, Registry } from 'prom-client'

/** Metrics that can be read in the text format of Prometheus. */
export interface MetricsRegistry extends Metrics {
  /** Media type of {@link MetricsRegistry.render}. */
  readonly contentType: string
  /** Returns the current values of all metrics. */
  render(): Promise<string>
}

export interface MetricsOptions {
  /** Whether the metrics of the process are included, such as memory and event-loop delay. Default: false. */
  readonly hasProcessMetrics?: boolean | undefined
  /**
   * Maximum number of series of one metric. Further series are counted with the value `other` for every label,
   * so that names from a server outside this system cannot fill the memory. Default: 2,000.
   */
  readonly maxSeries?: number | undefined
}

/**
 * Creates the metrics of a process, on `prom-client`.
 *
 * @example
 * const metrics = await createMetrics()
 * const dispatcher = createDispatcher({ servers, metrics })
 * await listen({ service, port: 5000, metrics })
 */
export async function createMetrics(options: MetricsOptions = {}): Promise<MetricsRegistry> {
  const { hasProcessMetrics = false, maxSeries = 2000 } = options
  const { default: prometheus } = await import('prom-client')
  const registry = new prometheus.Registry()
  const shared = { registers: [registry] }
  if (hasProcessMetrics) prometheus.collectDefaultMetrics({ register: registry })
  const readers = new Map<string, Set<() => Iterable<Sample>>>()

  return {
    contentType: registry.contentType,
    render: () => registry.metrics(),
    counter(metric) {
      const counter =
        find(registry, metric, prometheus.Counter) ??
        new prometheus.Counter({ ...definitionOf(metric), ...shared })
      const bounded = createLabelBound(metric, maxSeries)
      return (labels = {}, amount = 1) => counter.inc(bounded(labels), amount)
    },
    histogram(metric) {
      const buckets = [...metric.buckets]
      const histogram =
        find(registry, metric, prometheus.Histogram) ??
        new prometheus.Histogram({ ...definitionOf(metric), buckets, ...shared })
      const bounded = createLabelBound(metric, maxSeries)
      return (value, labels = {}) => histogram.observe(bounded(labels), value)
    },
    gauge(metric, read) {
      let reads = readers.get(metric.name)
      if (reads === undefined) {
        reads = new Set()
        readers.set(metric.name, reads)
        registerReaders(prometheus, metric, { ...shared, reads, maxSeries })
      }
      const registered = reads.add(read)
      return () => registered.delete(read)
    },
  }
}

function definitionOf({ name, help, labels = [] }: Metric) {
  return { name, help, labelNames: [...labels] }
}

/** Returns a metric that another part of the process has created under the same name. */
function find<Found extends Counter | Histogram>(
  registry: Registry,
  { name }: Metric,
  type: new (...parameters: never) => Found,
): Found | undefined {
  const found: unknown = registry.getSingleMetric(name)
  return found instanceof type ? found : undefined
}

interface ReaderOptions {
  readonly registers: Registry[]
  readonly reads: ReadonlySet<() => Iterable<Sample>>
  readonly maxSeries: number
}

/**
 * Registers a metric whose values are read on each scrape. It is a counter if its name ends with `_total`,
 * otherwise a gauge.
 */
function registerReaders(
  prometheus: Pick<typeof Prometheus, 'Counter' | 'Gauge'>,
  metric: Metric,
  { registers, reads, maxSeries }: ReaderOptions,
): void {
  function collect(target: Counter | Gauge): void {
    target.reset()
    const bounded = createLabelBound(metric, maxSeries)
    for (const read of reads) {
      for (const { value, labels = {} } of read()) target.inc(bounded(labels), value)
    }
  }
  const definition = { ...definitionOf(metric), registers }
  if (metric.name.endsWith('_total')) {
    const counter: Counter = new prometheus.Counter({
      ...definition,
      collect: () => collect(counter),
    })
  } else {
    const gauge: Gauge = new prometheus.Gauge({ ...definition, collect: () => collect(gauge) })
  }
}

/**
 * Returns a function that returns the given labels, or the value `other` for each label if the metric has too
 * many series.
 */
function createLabelBound(metric: Metric, maxSeries: number): (labels: Labels) => Labels {
  const { labels: names = [] } = metric
  if (names.length === 0) return (labels) => labels
  const seen = new Set<string>()
  const other = Object.fromEntries(names.map((name) => [name, 'other']))
  return (labels) => {
    let key = ''
    for (const name of names) key += `${labels[name] ?? ''}\n`
    if (seen.has(key)) return labels
    if (seen.size >= maxSeries) return other
    seen.add(key)
    return labels
  }
}
