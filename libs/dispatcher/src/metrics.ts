import { durationBuckets } from '@mcp/telemetry'
import type { Metrics, Sample } from '@mcp/telemetry'
import type { Clock, ResponseEnvelope } from '@mcp/protocol'

import type { Call } from './calls/call.ts'
import type { ServerEntry } from './routing/server-entry.ts'

/** Emits the metrics of one dispatcher. */
export interface DispatcherMetrics {
  /** Records a call that has ended. */
  readonly onCallEnd: (call: Call, response: ResponseEnvelope) => void
  /** Counts a retry of a server. */
  readonly onRetry: (server: string) => void
  /** Removes the gauges. */
  stop(): void
}

/**
 * The gauges by name. To add a gauge, add its help text and a function that reads its value for one
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
  mcp_dispatcher_breakers_open: {
    help: 'Replicas of a server whose circuit breaker is open or probing.',
    read: ({ replicas }) => replicas.filter(({ breaker }) => !breaker.isClosed).length,
  },
}

export function createDispatcherMetrics(
  metrics: Metrics,
  clock: Clock,
  entries: () => readonly ServerEntry[],
): DispatcherMetrics {
  const duration = metrics.histogram({
    name: 'mcp_call_duration_seconds',
    help: 'Duration of the calls of operations, with retries and waiting, by server, operation and code.',
    labels: ['server', 'operation', 'code'],
    buckets: durationBuckets,
  })
  const retries = metrics.counter({
    name: 'mcp_retries_total',
    help: 'Attempts after the first, by server.',
    labels: ['server'],
  })
  const stops = Object.entries(gauges).map(([name, { help, read }]) =>
    metrics.gauge({ name, help, labels: ['server'] }, () =>
      entries().map((entry): Sample => ({ value: read(entry), labels: { server: entry.name } })),
    ),
  )

  return {
    onCallEnd: (call, response) =>
      duration((clock.now() - call.startedAt) / 1000, labelsOf(call, response)),
    onRetry: (server) => retries({ server }),
    stop: () => {
      for (const stop of stops) stop()
    },
  }
}

/**
 * Returns the labels of a call. A server or an operation that no server has described is `unknown`, because
 * a caller chose its name.
 */
function labelsOf({ destination }: Call, response: ResponseEnvelope) {
  const { server, operation } = destination
  return {
    server: server?.name ?? 'unknown',
    operation: operation === undefined ? 'unknown' : nameOf(operation),
    code: response.status === 'success' ? 'ok' : response.error.code,
  }
}

/** Returns the name of an operation within its server, such as `calculator.add`. */
function nameOf({
  target,
  operation,
}: {
  readonly target?: string | undefined
  readonly operation: string
}): string {
  return target === undefined ? operation : `${target}.${operation}`
}
