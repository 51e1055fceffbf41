import { readFileSync } from 'node:fs'

import { createDispatcher } from '@mcp/dispatcher'
import { createMetrics, listen } from '@mcp/node'
import { createRequest } from '@mcp/protocol'
import { toolsServer } from '@mcp/server-tools'
import { createMemoryStores, createSessionManager } from '@mcp/session-manager'
import { beforeAll, expect, it } from 'vitest'

const folder = new URL('../../../../deploy/', import.meta.url)
const readDeployed = (name: string): string => readFileSync(new URL(name, folder), 'utf8')

/** Names of the metrics that `/metrics` serves, with those of the series of histograms. */
let served: Set<string>
let text = ''

beforeAll(async () => {
  const metrics = await createMetrics({ hasProcessMetrics: true })
  const dispatcher = createDispatcher({ servers: [toolsServer()], metrics })
  const stores = createMemoryStores()
  const service = createSessionManager({ dispatcher, stores, metrics })
  const { url, close } = await listen({ service, port: 0, metrics })
  try {
    const { sessionId } = await service.openSession({})
    const payload = { tool: 'calculator', operation: 'add', params: { a: 2, b: 3 } }
    await service.handle(sessionId, createRequest('tool-execution', payload))
    text = await (await fetch(`${url}/metrics`)).text()
    served = new Set(
      Array.from(text.matchAll(/^# TYPE (\S+) (\S+)/gm), ([, name = '', type]) =>
        type === 'histogram' ? [`${name}_bucket`, `${name}_count`, `${name}_sum`] : [name],
      ).flat(),
    )
  } finally {
    await close()
    await dispatcher.close()
    await stores.close()
  }
})

it('serves the metrics of a call and a session', () => {
  expect(text).toMatch(
    /^mcp_call_duration_seconds_count\{server="tools",operation="calculator.add",code="ok"\} 1$/m,
  )
  expect(text).toMatch(/^mcp_sessions_live 1$/m)
})

it.each(['grafana-dashboard.json', 'alerts.yaml'])(
  '%s uses only metrics that are served',
  (file) => {
    const used = new Set(readDeployed(file).match(/\b(?:mcp|nodejs|process)_[a-z0-9_]+/g))
    expect(used.size).toBeGreaterThan(8)
    expect([...used].filter((name) => !served.has(name))).toEqual([])
  },
)

it('has a panel or an alert for each metric of this system', () => {
  const texts = ['grafana-dashboard.json', 'alerts.yaml'].map(readDeployed).join('\n')
  const own = [...served].filter((name) => /^mcp_.*(?<!_sum|_bucket|_count)$/.test(name))
  expect(own.filter((name) => !texts.includes(name))).toEqual(['mcp_streams_opened_total'])
})

it('documents each metric of this system', () => {
  const documented = readFileSync(new URL('../docs/observability.md', folder), 'utf8')
  const own = [...served].filter((name) => /^mcp_.*(?<!_sum|_bucket)$/.test(name))
  expect(own.filter((name) => !documented.includes(name.replace(/_count$/, '')))).toEqual([])
})
