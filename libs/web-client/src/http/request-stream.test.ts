import { createRestClient } from '@mcp/client/rest'
import type { RestClient } from '@mcp/client/rest'
import { createDispatcher } from '@mcp/dispatcher'
import { listen } from '@mcp/node'
import { operation } from '@mcp/protocol'
import type { HandlerContext, Tool } from '@mcp/protocol'
import { toolsServer } from '@mcp/server-tools'
import { createSessionManager } from '@mcp/session-manager'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import * as z from 'zod'

import { createDocumentSavedCalls } from '../saved-calls/document-saved-calls.ts'
import { createWebClient } from '../web-client.ts'

/** Contexts of the calls that wait until their signal is aborted. */
let waiting: HandlerContext[] = []
let ran = 0

const declared = operation({
  title: 'Test',
  description: 'A test.',
  params: () => z.object({ by: z.int().default(1) }),
  result: () => z.object({ count: z.int() }),
  examples: [{ params: {} }],
})

const counter: Tool = {
  name: 'counter',
  title: 'Counter',
  description: 'Counts.',
  operations: {
    count: {
      ...declared,
      run: (params, { progress }) => {
        ran++
        progress({ progress: 1, total: 2, message: 'half' })
        return { count: Number(Object(params).by) }
      },
    },
    wait: {
      ...declared,
      run: (_, context) =>
        new Promise((_resolve, reject) => {
          waiting.push(context)
          context.signal.addEventListener('abort', () => reject(context.signal.reason))
        }),
    },
  },
}

let client: RestClient
let close: () => Promise<void>

beforeEach(async () => {
  waiting = []
  ran = 0
  const dispatcher = createDispatcher({ servers: [toolsServer({ tools: [counter] })] })
  const sessionManager = createSessionManager({ dispatcher })
  const service = createWebClient({
    sessionManagerUrl: 'http://session-manager',
    fetch: (request) => sessionManager.fetch(request),
    savedCalls: createDocumentSavedCalls(),
  })
  const listening = await listen({ service, port: 0 })
  client = createRestClient({ url: listening.url, headers: { 'x-mcp-owner': 'k'.repeat(43) } })
  close = async () => {
    await listening.close()
    await sessionManager.close()
    await dispatcher.close()
  }
})
afterEach(() => close())

const call = (name: string, params = {}) => ({ tool: 'counter', operation: name, params })

it('streams the progress of a request, then its response', async () => {
  const progress: unknown[] = []
  const onProgress = (value: unknown): void => void progress.push(value)
  const { id, data } = await client.requests.send('tool-execution', call('count'), {
    id: 'req-1',
    onProgress,
  })
  expect(progress).toMatchObject([{ progress: 1, total: 2, message: 'half' }])
  expect({ id, data }).toMatchObject({ id: 'req-1', data: { result: { count: 1 } } })
})

it('runs a request with the same id once', async () => {
  const first = await client.requests.send('tool-execution', call('count'), { id: 'req-1' })
  const second = await client.requests.send('tool-execution', call('count'), { id: 'req-1' })
  expect(second.data).toEqual(first.data)
  expect(ran).toBe(1)
})

it.each([
  ['a response', {}],
  ['an event stream', { onProgress: () => {} }],
])('cancels a request that waits for %s by its id', async (_, options) => {
  const response = client.requests
    .send('tool-execution', call('wait'), { id: 'req-2', ...options })
    .catch((thrown: unknown) => thrown)
  await vi.waitFor(() => expect(waiting).toHaveLength(1))
  await client.requests.cancel('req-2')
  expect(await response).toMatchObject({ code: 'cancelled' })
  expect(waiting[0]?.signal.aborted).toBe(true)
})

it('cancels a request whose caller leaves', async () => {
  const leaving = new AbortController()
  const { signal } = leaving
  const response = client.requests
    .send('tool-execution', call('wait'), { signal, onProgress: () => {} })
    .catch((thrown: unknown) => thrown)
  await vi.waitFor(() => expect(waiting).toHaveLength(1))
  leaving.abort()
  expect(await response).toMatchObject({ code: 'cancelled' })
  await vi.waitFor(() => expect(waiting[0]?.signal.aborted).toBe(true))
})

it('saves, lists, runs and removes calls', async () => {
  const saved = { type: 'tool-execution', payload: call('count', { by: 2 }), description: 'Two' }
  expect(await client.savedCalls.save('two', saved)).toEqual({ name: 'two', ...saved })
  expect(await client.savedCalls.read('two')).toEqual({ name: 'two', ...saved })
  expect((await client.savedCalls.list()).calls).toEqual([{ name: 'two', ...saved }])
  expect((await client.savedCalls.run('two')).data).toMatchObject({ result: { count: 2 } })
  const other = await client.savedCalls.run('two', { params: { by: 5 } })
  expect(other.data).toMatchObject({ result: { count: 5 } })
  await client.savedCalls.remove('two')
  await expect(client.savedCalls.run('two')).rejects.toMatchObject({ code: 'not-found' })
  await expect(client.savedCalls.remove('two')).rejects.toMatchObject({ code: 'not-found' })
})

it.each(['A', 'a b', 'con'])('rejects the name %j of a saved call', async (name) => {
  const saved = { type: 'tool-execution', payload: {} }
  await expect(client.savedCalls.save(name, saved)).rejects.toMatchObject({
    details: { issues: expect.anything() },
  })
})

it.each(['', '.', '..'])('rejects %j as a segment of a path', async (name) => {
  await expect(client.savedCalls.remove(name)).rejects.toMatchObject({ code: 'invalid-params' })
})
