import { afterEach, expect, it } from 'vitest'

import {
  closeCompletionsServers,
  json,
  startCompletionsServer,
} from '../fixtures/completions-server.ts'
import { discoverProviders } from './discover-providers.ts'

afterEach(closeCompletionsServers)

it('returns the local model servers that respond within 300 ms', async () => {
  const models = await startCompletionsServer(json(200, { data: [{ id: 'small' }] }))
  const other = await startCompletionsServer(json(200, { status: 'ok' }))
  const page = await startCompletionsServer((response) => response.end('<html>'))
  const slow = await startCompletionsServer(() => {})
  const addresses = [
    ['ollama', models.url],
    ['lmstudio', other.url],
    ['vllm', page.url],
    ['llamacpp', slow.url],
    ['none', 'http://127.0.0.1:9/v1'],
  ] as const
  expect(await discoverProviders({ addresses })).toEqual([
    { id: 'ollama', url: models.url, models: [{ id: 'small' }] },
  ])
})

it('requests the usual ports on loopback, without those of this system', async () => {
  const requested: string[] = []
  const fetch = async (url: unknown): Promise<Response> => {
    requested.push(String(url))
    return Response.json({ data: [] })
  }
  await discoverProviders({ fetch, isExcluded: ({ port }) => port === '8080' })
  expect(requested.toSorted()).toEqual([
    'http://127.0.0.1:11434/v1/models',
    'http://127.0.0.1:1234/v1/models',
    'http://127.0.0.1:8000/v1/models',
  ])
})
