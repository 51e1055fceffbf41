import { createServer } from 'node:http'

import { inSpan, isTracing } from '@mcp/telemetry'
import { afterEach, expect, it, vi } from 'vitest'

import { createLogger } from '../logging/logger.ts'
import { startTracing } from './start-tracing.ts'

const stops: (() => unknown)[] = []
afterEach(async () => {
  vi.unstubAllEnvs()
  for (const stop of stops.splice(0).toReversed()) await stop()
})

const lines: string[] = []
const log = createLogger({ name: 'test', pretty: false, write: (line) => lines.push(line) })
const program = { name: 'test', version: '1.0.0', log }

it('starts nothing without its variables, or if it is disabled', async () => {
  const endpoint = 'http://127.0.0.1:9'
  expect(await startTracing({}, program)).toBeUndefined()
  for (const off of [{ OTEL_SDK_DISABLED: true }, { OTEL_TRACES_EXPORTER: 'none' as const }]) {
    const config = { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, ...off }
    expect(await startTracing(config, program)).toBeUndefined()
  }
  expect(isTracing()).toBe(false)
})

it('refuses a protocol that it does not support, with the remedy', async () => {
  vi.stubEnv('OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc')
  const config = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4317' }
  await expect(startTracing(config, program)).rejects.toThrow(
    'OTEL_EXPORTER_OTLP_PROTOCOL is "grpc": must be http/protobuf. Use port 4318',
  )
})

it('exports spans to the collector, and logs each change of its state once', async () => {
  vi.stubEnv('OTEL_BSP_SCHEDULE_DELAY', '10')
  let status = 400
  const received: { path: string | undefined; body: string }[] = []
  const collector = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      received.push({ path: request.url, body: Buffer.concat(chunks).toString('latin1') })
      response.writeHead(status).end()
    })
  })
  await new Promise<void>((resolve) => {
    collector.listen(0, '127.0.0.1', resolve)
  })
  stops.push(() => collector.close())
  const address = collector.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const config = {
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}/`,
    OTEL_SERVICE_NAME: 'renamed',
  }
  const stop = await startTracing(config, program)
  if (stop !== undefined) stops.push(stop)

  const exportOne = async (name: string): Promise<void> => {
    const before = received.length
    void inSpan(name, {}, () => 1)
    await vi.waitFor(() => expect(received.length).toBeGreaterThan(before))
  }
  await exportOne('first')
  await exportOne('second')
  status = 200
  await exportOne('third')
  await vi.waitFor(() => expect(lines.join('')).toContain('Traces are exported again'))
  expect(received.at(-1)).toMatchObject({
    path: '/v1/traces',
    body: expect.stringMatching(/renamed[^]*third/),
  })
  expect(lines.filter((line) => line.includes('Traces cannot be exported'))).toHaveLength(1)
  await stop?.()
  expect(isTracing()).toBe(false)
})
