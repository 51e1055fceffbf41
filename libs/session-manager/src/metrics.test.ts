import { expect, it } from 'vitest'

import { createMetrics } from './metrics.ts'

it('renders counters, gauges and gauges per server in the text format of Prometheus', () => {
  const metrics = createMetrics()
  metrics.count('mcp_requests_total', 'code="ok"')
  metrics.gauge('mcp_streams_open', 'Event streams open.', () => 2)
  metrics.gaugesByServer(() => [
    {
      name: 'mcp_dispatcher_calls_queued',
      help: 'Calls of a server that wait for a permit.',
      values: [{ server: 'tools', value: 3 }],
    },
  ])
  const lines = metrics.render().split('\n')
  expect(lines).toContain('mcp_requests_total{code="ok"} 1')
  expect(lines).toContain('mcp_streams_open 2')
  expect(lines).toContain('# TYPE mcp_dispatcher_calls_queued gauge')
  expect(lines).toContain('mcp_dispatcher_calls_queued{server="tools"} 3')
})
