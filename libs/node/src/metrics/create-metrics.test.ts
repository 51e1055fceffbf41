import { expect, it } from 'vitest'

import { createMetrics } from './create-metrics.ts'

it('renders counters, histograms and gauges in the text format of Prometheus', async () => {
  const metrics = await createMetrics()
  metrics.counter({ name: 'calls_total', help: 'Calls.', labels: ['code'] })({ code: 'ok' }, 2)
  const seconds = { name: 'wait_seconds', help: 'Waits.', buckets: [0.1, 1] }
  metrics.histogram(seconds)(0.5)
  const open = { name: 'streams_open', help: 'Streams.', labels: ['server'] }
  const labels = { server: 'tools' }
  const stop = metrics.gauge(open, () => [{ value: 3, labels }])
  metrics.gauge(open, () => [{ value: 1, labels }])
  metrics.gauge({ name: 'errors_total', help: 'Errors.' }, () => [{ value: 7 }])

  const lines = (await metrics.render()).split('\n')
  expect(lines).toContain('calls_total{code="ok"} 2')
  expect(lines).toContain('wait_seconds_bucket{le="1"} 1')
  expect(lines).toContain('streams_open{server="tools"} 4')
  expect(lines).toContain('# TYPE errors_total counter')
  expect(lines).toContain('errors_total 7')
  stop()
  expect((await metrics.render()).split('\n')).toContain('streams_open{server="tools"} 1')
})

it('counts the series beyond the bound in one series', async () => {
  const metrics = await createMetrics({ maxSeries: 2 })
  const count = metrics.counter({ name: 'calls_total', help: 'Calls.', labels: ['operation'] })
  for (let index = 0; index < 1000; index++) count({ operation: `forged-${index}` })
  const lines = (await metrics.render()).split('\n').filter((line) => line.startsWith('calls'))
  expect(lines.toSorted()).toEqual([
    'calls_total{operation="forged-0"} 1',
    'calls_total{operation="forged-1"} 1',
    'calls_total{operation="other"} 998',
  ])
})

it('includes the metrics of the process', async () => {
  const metrics = await createMetrics({ hasProcessMetrics: true })
  const text = await metrics.render()
  expect(text).toMatch(/^process_resident_memory_bytes \d/m)
  expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds \d/m)
})

it('gives one metric to all who create it with the same name', async () => {
  const metrics = await createMetrics()
  const metric = { name: 'calls_total', help: 'Calls.' }
  metrics.counter(metric)()
  metrics.counter(metric)()
  expect(await metrics.render()).toContain('calls_total 2')
})
