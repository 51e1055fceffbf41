import type { Service } from '@mcp/http'
import { afterEach, expect, it } from 'vitest'

import type { Listening } from '../http/listen.ts'
import { listen } from '../http/listen.ts'
import { createMetrics } from './create-metrics.ts'

const service: Service = {
  fetch: async () => new Response('the service', { status: 418 }),
  close: async () => {},
}
const servers: Listening[] = []
afterEach(() => Promise.all(servers.splice(0).map((server) => server.close({ graceMs: 0 }))))

async function start(metricsToken?: string): Promise<string> {
  const metrics = await createMetrics()
  metrics.counter({ name: 'calls_total', help: 'Calls.' })()
  servers.push(await listen({ service, port: 0, metrics, metricsToken }))
  return servers.at(-1)?.url ?? ''
}

const statusOf = async (url: string, headers: Record<string, string> = {}) =>
  (await fetch(url, { headers })).status

it('serves the metrics to callers on this machine, and passes other requests on', async () => {
  const url = await start()
  const response = await fetch(`${url}/metrics`)
  expect(response.headers.get('content-type')).toContain('text/plain; version=0.0.4')
  expect(await response.text()).toContain('calls_total 1')
  expect(await statusOf(`${url}/metrics?x=1`)).toBe(200)
  expect(await statusOf(`${url}/metricsx`)).toBe(418)
  expect((await fetch(`${url}/metrics`, { method: 'POST' })).status).toBe(418)
})

it('refuses callers behind a proxy without a token', async () => {
  const url = await start()
  expect(await statusOf(`${url}/metrics`, { 'x-forwarded-for': '203.0.113.9' })).toBe(403)
})

it('needs exactly its token if it has one, also from this machine', async () => {
  const token = 'metrics-token-of-16'
  const url = await start(token)
  const path = `${url}/metrics`
  expect(await statusOf(path)).toBe(401)
  expect(await statusOf(path, { authorization: `Bearer ${token}x` })).toBe(401)
  const headers = { authorization: `bearer ${token}`, 'x-forwarded-for': '203.0.113.9' }
  expect(await statusOf(path, headers)).toBe(200)
})
