import { createManualClock } from '@mcp/protocol/testing'
import { recordMetrics } from '@mcp/telemetry/testing'
import { expect, it } from 'vitest'

import { createMetrics } from './metrics.ts'

it('emits counters with the value of their label, and gauges until it is stopped', () => {
  const port = recordMetrics()
  const metrics = createMetrics(port, createManualClock())
  metrics.count('mcp_sessions_ended_total', 'expired')
  metrics.gauge('mcp_streams_open', 'Event streams open.', () => 2)
  expect(port.valueOf('mcp_sessions_opened_total')).toBe(0)
  expect(port.valueOf('mcp_sessions_ended_total', { reason: 'expired' })).toBe(1)
  expect(port.valueOf('mcp_streams_open')).toBe(2)
  metrics.stop()
  expect(port.valueOf('mcp_streams_open')).toBeUndefined()
})

it('measures the wait for a store that returns a promise, even if it rejects', async () => {
  const port = recordMetrics()
  const metrics = createMetrics(port, createManualClock())
  expect(metrics.timed('read', 1)).toBe(1)
  expect(await metrics.timed('claim', Promise.resolve(2))).toBe(2)
  await expect(metrics.timed('claim', Promise.reject(new Error('down')))).rejects.toThrow('down')
  expect(port.valueOf('mcp_store_wait_seconds', { operation: 'read' })).toBeUndefined()
  expect(port.valueOf('mcp_store_wait_seconds', { operation: 'claim' })).toBe(2)
})
