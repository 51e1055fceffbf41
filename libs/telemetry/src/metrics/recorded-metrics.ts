import type { Labels, Metric, Metrics, Sample } from './metrics.ts'

/** Metrics that a test reads. */
export interface RecordedMetrics extends Metrics {
  /**
   * Returns the value of a series, or the number of observations of a histogram. Returns undefined without a
   * series.
   */
  valueOf(name: string, labels?: Labels): number | undefined
  /** Returns the names of all metrics that were created. */
  names(): string[]
}

/** Creates metrics that keep every value in memory, for tests. */
export function recordMetrics(): RecordedMetrics {
  const names = new Set<string>()
  const values = new Map<string, number>()
  const gauges = new Map<string, Set<() => Iterable<Sample>>>()

  function add(name: string, labels: Labels | undefined, amount: number): void {
    const key = keyOf(name, labels)
    values.set(key, (values.get(key) ?? 0) + amount)
  }

  const create = ({ name }: Metric): string => {
    names.add(name)
    return name
  }

  return {
    counter(metric) {
      const name = create(metric)
      return (labels, amount = 1) => add(name, labels, amount)
    },
    histogram(metric) {
      const name = create(metric)
      return (_value, labels) => add(name, labels, 1)
    },
    gauge(metric, read) {
      const name = create(metric)
      const reads = gauges.get(name) ?? new Set()
      gauges.set(name, reads.add(read))
      return () => reads.delete(read)
    },
    valueOf(name, labels) {
      const samples = Array.from(gauges.get(name) ?? []).flatMap((read) => Array.from(read()))
      const key = keyOf(name, labels)
      const found = samples.filter((sample) => keyOf(name, sample.labels) === key)
      if (found.length > 0) return found.reduce((sum, { value }) => sum + value, 0)
      return values.get(key)
    },
    names: () => [...names],
  }
}

function keyOf(name: string, labels: Labels = {}): string {
  return JSON.stringify([
    name,
    Object.keys(labels)
      .toSorted()
      .map((label) => [label, labels[label]]),
  ])
}
