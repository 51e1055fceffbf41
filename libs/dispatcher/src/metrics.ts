import type { ServerEntry } from './routing/server-entry.ts'

/** A gauge of the dispatcher with one value per server. */
export interface DispatcherMetric {
  /** Name in the Prometheus exposition format. */
  readonly name: string
  readonly help: string
  readonly values: readonly { readonly server: string; readonly value: number }[]
}

/**
 * The metrics by name. To add a metric, add its help text and a function that reads its value for one
 * server.
 */
const gauges: Readonly<
  Record<string, { readonly help: string; readonly read: (entry: ServerEntry) => number }>
> = {
  mcp_dispatcher_calls_in_flight: {
    help: 'Calls of a server that hold a permit.',
    read: ({ semaphore }) => semaphore.active,
  },
  mcp_dispatcher_calls_queued: {
    help: 'Calls of a server that wait for a permit.',
    read: ({ semaphore }) => semaphore.queued,
  },
  mcp_dispatcher_replicas_available: {
    help: 'Replicas of a server that have a closed circuit breaker.',
    read: ({ replicas }) => replicas.filter(({ breaker }) => breaker.isClosed).length,
  },
}

/** Returns the current value of every metric for these servers. */
export function readMetrics(entries: readonly ServerEntry[]): DispatcherMetric[] {
  return Object.entries(gauges).map(([name, { help, read }]) => ({
    name,
    help,
    values: entries.map((entry) => ({ server: entry.name, value: read(entry) })),
  }))
}
