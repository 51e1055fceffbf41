import type { GaugeByServer } from './request-dispatcher.ts'

interface Counter {
  readonly help: string
  /** Values by label, such as `reason="closed"`. The label of a counter without labels is empty. */
  readonly values: Map<string, number>
}

/** Counters and gauges in the text format of Prometheus. */
export interface Metrics {
  count(name: keyof typeof counters, label?: string): void
  /** Registers a value that `render` reads. Its type is `counter` if the name ends in `_total`. */
  gauge(name: string, help: string, read: () => number): void
  /** Registers gauges that have one value per server. */
  gaugesByServer(read: () => readonly GaugeByServer[]): void
  render(): string
}

const counters = {
  mcp_sessions_opened_total: 'Sessions opened.',
  mcp_sessions_ended_total: 'Sessions ended, by reason.',
  mcp_requests_total: 'Requests completed, by outcome.',
  mcp_requests_repeated_total: 'Requests served from the idempotency cache or a request in flight.',
  mcp_streams_opened_total: 'Event streams opened.',
  mcp_streams_dropped_total: 'Event streams closed because the client read too slowly.',
  mcp_notifications_total: 'Notifications appended to a log.',
  mcp_interactions_total: 'Interactions resolved, by action.',
  mcp_errors_total: 'Unexpected errors.',
} as const

export function createMetrics(): Metrics {
  const counted = new Map<string, Counter>(
    Object.entries(counters).map(([name, help]) => [name, { help, values: new Map() }]),
  )
  const gauges = new Map<string, { help: string; read: () => number }>()
  let readByServer = (): readonly GaugeByServer[] => []

  return {
    count(name, label = '') {
      const values = counted.get(name)?.values
      values?.set(label, (values.get(label) ?? 0) + 1)
    },
    gauge(name, help, read) {
      gauges.set(name, { help, read })
    },
    gaugesByServer(read) {
      readByServer = read
    },
    render() {
      const lines: string[] = []
      for (const [name, { help, values }] of counted) {
        lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} counter`)
        if (values.size === 0) lines.push(`${name} 0`)
        for (const [label, value] of values) {
          lines.push(label === '' ? `${name} ${value}` : `${name}{${label}} ${value}`)
        }
      }
      for (const [name, { help, read }] of gauges) {
        const type = name.endsWith('_total') ? 'counter' : 'gauge'
        lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, `${name} ${read()}`)
      }
      for (const { name, help, values } of readByServer()) {
        lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} gauge`)
        for (const { server, value } of values) lines.push(`${name}{server="${server}"} ${value}`)
      }
      return `${lines.join('\n')}\n`
    },
  }
}
