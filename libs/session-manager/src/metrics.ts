import type { Counter, Metrics as Port, Sample } from '@mcp/telemetry'
import { durationBuckets } from '@mcp/telemetry'
import type { Clock, MaybePromise } from '@mcp/protocol'

/** The metrics that the parts of a session manager emit. */
export interface Metrics {
  /** Counts an event. `label` is the value of the counter's label. */
  count(name: CounterName, label?: string): void
  /**
   * Registers a gauge, which is read whenever the metrics are read. While `read` returns undefined, the gauge
   * has no series.
   */
  gauge(name: string, help: string, read: () => number | undefined): void
  /**
   * Returns the result of a store operation. If the result is a promise, records the time until it settles. For
   * a value that is available immediately, nothing is recorded.
   */
  timed<Result>(operation: string, result: MaybePromise<Result>): MaybePromise<Result>
  /** Removes the gauges. */
  stop(): void
}

type CounterName = keyof typeof counters

const counters = {
  mcp_sessions_opened_total: { help: 'Sessions opened.', label: undefined },
  mcp_sessions_ended_total: { help: 'Sessions ended, by reason.', label: 'reason' },
  mcp_requests_repeated_total: {
    help: 'Requests served from the idempotency cache or a request in flight.',
    label: undefined,
  },
  mcp_streams_opened_total: { help: 'Event streams opened.', label: undefined },
  mcp_streams_dropped_total: {
    help: 'Event streams closed because the client read too slowly.',
    label: undefined,
  },
  mcp_notifications_total: { help: 'Notifications appended to a log.', label: undefined },
  mcp_interactions_total: { help: 'Interactions resolved, by action.', label: 'action' },
  mcp_errors_total: { help: 'Unexpected errors.', label: undefined },
} as const

export function createMetrics(port: Port, clock: Clock): Metrics {
  const counted = new Map<string, { readonly add: Counter; readonly label: string | undefined }>(
    Object.entries(counters).map(([name, { help, label }]) => {
      const add = port.counter({ name, help, labels: label === undefined ? [] : [label] })
      // A counter without labels starts at 0, so that a rate can be computed from its first increment.
      if (label === undefined) add({}, 0)
      return [name, { add, label }]
    }),
  )
  const waited = port.histogram({
    name: 'mcp_store_wait_seconds',
    help: 'Time for which a request or a notification waited for the store, by operation.',
    labels: ['operation'],
    buckets: durationBuckets,
  })
  const stops: (() => void)[] = []

  return {
    count(name, value) {
      const counter = counted.get(name)
      if (counter === undefined) return
      const { add, label } = counter
      if (label === undefined || value === undefined) add()
      else add({ [label]: value })
    },
    gauge(name, help, read) {
      const samples = (): Sample[] => {
        const value = read()
        return value === undefined ? [] : [{ value }]
      }
      stops.push(port.gauge({ name, help }, samples))
    },
    timed(operation, result) {
      if (!(result instanceof Promise)) return result
      const startedAt = clock.now()
      const observe = (): void => waited((clock.now() - startedAt) / 1000, { operation })
      result.then(observe, observe)
      return result
    },
    stop() {
      for (const stop of stops) stop()
    },
  }
}
