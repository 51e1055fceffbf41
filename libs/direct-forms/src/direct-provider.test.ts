import { createOfflinePlanner } from '@mcp/offline-planner'
import type { AgentRequest } from '@mcp/llm'
import { runAgent } from '@mcp/llm'
import { scriptedProvider } from '@mcp/llm/testing'
import { createResponse, McpError } from '@mcp/protocol'
import { expect, it } from 'vitest'

import { chooseDirectProvider } from './direct-provider.ts'
import { catalogueOf } from './fixtures/catalogue.ts'

const root = { type: 'string' }
const path = { type: 'string' }
const catalogue = catalogueOf({
  'roots.listRoots': {},
  'roots.resolvePath': { root, path },
  'roots.readFile': { root, path },
  'database.query': { sql: { type: 'string' } },
  'tools.calculator.evaluate': { expression: { type: 'string' } },
})

const results: Readonly<Record<string, unknown>> = {
  listRoots: { items: [{ name: 'home' }] },
  readFile: { content: 'Hello' },
  evaluate: { value: 14 },
}

async function run(prompt: string, provider = createOfflinePlanner()) {
  const requests: AgentRequest[] = []
  const result = await runAgent({
    ...chooseDirectProvider(prompt, { provider, catalogue }),
    prompt,
    call(request) {
      requests.push(request)
      const { operation, params } = request.payload
      const exists = JSON.stringify(params) === '{"path":"greeting.txt"}'
      if (operation === 'resolvePath') {
        return createResponse('req', 'success', { result: { exists } })
      }
      const value = results[String(operation)]
      if (value !== undefined) return createResponse('req', 'success', { result: value })
      throw new McpError('not-found', 'no such table: people')
    },
  })
  return { ...result, operations: requests.map(({ payload }) => payload['operation']), requests }
}

it('runs a direct form as one call', async () => {
  const { response, operations, provider } = await run('2 + 3 * 4')
  expect(operations).toEqual(['evaluate'])
  expect(response).toBe('value: 14')
  expect(provider).toBe('direct')
})

it('reports the error of the call', async () => {
  const { response, operations } = await run('select * from people')
  expect(operations).toEqual(['query'])
  expect(response).toBe('not-found: no such table: people')
})

it('reads a path in the first root', async () => {
  const { response, requests } = await run('cat greeting.txt')
  expect(response).toBe('content: Hello')
  expect(requests.at(-1)?.payload).toEqual({
    root: 'home',
    operation: 'readFile',
    params: { path: 'greeting.txt' },
  })
})

it('reads a path alone only if it exists', async () => {
  const { operations } = await run('greeting.txt')
  expect(operations).toEqual(['listRoots', 'resolvePath', 'readFile'])
  const missing = await run('missing.txt')
  expect(missing.operations).toEqual(['listRoots', 'resolvePath'])
  expect(missing.response).toContain('offline planner')
})

it('reports the problem of a direct form without a call', async () => {
  const { response, operations } = await run('grep buy milk')
  expect(response).toBe('Put the text in quotes: grep "buy milk".')
  expect(operations).toEqual([])
})

it('leaves other prompts to the provider', async () => {
  expect((await run('hello')).provider).toBe('offline-planner')
})

it('runs only prompts with a slash if there is a language model', async () => {
  const direct = await run('/2 + 3 * 4', scriptedProvider(['from the model']))
  expect(direct).toMatchObject({ response: 'value: 14', operations: ['evaluate'] })
  const modelled = await run('2 + 3 * 4', scriptedProvider(['from the model']))
  expect(modelled).toMatchObject({ response: 'from the model', operations: [] })
})

it('requires approval of a risky call', async () => {
  const [query] = catalogueOf({ 'database.query': {} })
  if (query === undefined) throw new Error('No operation')
  const risky = [{ ...query, hints: { ...query.hints, readOnly: false, destructive: true } }]
  const provider = createOfflinePlanner()
  const { response } = await runAgent({
    ...chooseDirectProvider('select 1', { provider, catalogue: risky }),
    prompt: 'select 1',
    call: () => {
      throw new Error('must not be called')
    },
  })
  expect(response).toContain('approval')
})
