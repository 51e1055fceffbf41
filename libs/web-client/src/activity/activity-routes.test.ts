import { createDispatcher } from '@mcp/dispatcher'
import { scriptedProvider, toolCall } from '@mcp/llm/testing'
import { toolsServer } from '@mcp/server-tools'
import { createSessionManager } from '@mcp/session-manager'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import { createWebClient } from '../web-client.ts'

let service: ReturnType<typeof createWebClient>
let close: () => Promise<void>

beforeEach(() => {
  const dispatcher = createDispatcher({ servers: [toolsServer()] })
  const sessionManager = createSessionManager({ dispatcher })
  const add = toolCall('calculator_add', { a: 2, b: 3 })
  service = createWebClient({
    sessionManagerUrl: 'http://session-manager',
    fetch: (request) => sessionManager.fetch(request),
    llm: scriptedProvider([[add], 'Five.']),
  })
  close = async () => {
    await service.close()
    await sessionManager.close()
    await dispatcher.close()
  }
})
afterEach(() => close())

function send(path: string, body?: unknown, headers: Record<string, string> = {}) {
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
  const request = new Request(`http://client${path}`, {
    ...init,
    headers: { 'content-type': 'application/json', 'x-mcp-owner': 'k'.repeat(43), ...headers },
  })
  return Promise.resolve(service.fetch(request))
}

async function kindsOf(path: string): Promise<string[]> {
  const { entries } = await (await send(path)).json()
  return Array.from(entries, (entry: { kind: string; operation: string }) => {
    const isCall = entry.kind === 'request' || entry.kind === 'response'
    return isCall ? `${entry.kind} ${entry.operation}` : entry.kind
  })
}

const expected = ['model', 'request calculator.add', 'response calculator.add', 'model']

it('contains the calls of models and operations by the runs of a conversation', async () => {
  const { id } = await (await send('/conversations', {})).json()
  const activity = `/activity?conversation=${id}`
  expect(await (await send(activity)).json()).toEqual({ entries: [], last: 0 })
  await send(`/conversations/${id}/runs`, { prompt: 'What is 2 + 3?' })
  await vi.waitFor(async () => {
    const kinds = await kindsOf(`${activity}&limit=100`)
    expect(kinds.filter((kind) => expected.includes(kind))).toEqual(expected)
  })
  const { entries } = await (await send(activity)).json()
  const model = entries.find(({ kind }: { kind: string }) => kind === 'model')
  expect(model).toMatchObject({
    server: 'scripted',
    status: 'success',
    from: 'agent',
    durationMs: expect.any(Number),
    bytes: expect.any(Number),
  })
  const request = entries.find(({ kind }: { kind: string }) => kind === 'request')
  expect(request).toMatchObject({ operation: 'calculator.add', from: 'agent' })
  const whole = await send(`/activity/${model.seq}?conversation=${id}`)
  expect(await whole.json()).toMatchObject({ seq: model.seq, kind: 'model' })
})

it('contains the calls of models by a prompt in the session of the caller', async () => {
  const response = await send('/process', { prompt: 'What is 2 + 3?' })
  expect(response.status).toBe(200)
  const kinds = await kindsOf('/activity?limit=100')
  expect(kinds.filter((kind) => expected.includes(kind))).toEqual(expected)
})

it('streams the activity of a conversation, alone and together with other sources', async () => {
  const { id } = await (await send('/conversations', {})).json()
  await send(`/conversations/${id}/runs`, { prompt: 'What is 2 + 3?' })
  const stream = { accept: 'text/event-stream', 'last-event-id': '0' }
  const alone = await send(`/activity?conversation=${id}`, undefined, stream)
  expect(await readUntilModel(alone)).toContain('"kind":"model"')
  const position = { 'last-event-id': 'activity=0' }
  const together = await send(`/stream?pending=1&activity=${id}`, undefined, position)
  expect(await readUntilModel(together)).toContain('"kind":"model"')
})

/** Reads a stream up to the first call of a model. */
async function readUntilModel(response: Response): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const bytes of response.body ?? []) {
    text += decoder.decode(bytes, { stream: true })
    if (text.includes('"kind":"model"')) break
  }
  return text
}

it('hides the activity of the conversations of another owner', async () => {
  const { id } = await (await send('/conversations', {})).json()
  await send(`/conversations/${id}/runs`, { prompt: 'What is 2 + 3?' })
  const other = { 'x-mcp-owner': 'o'.repeat(43) }
  for (const path of [`/activity?conversation=${id}`, `/activity/1?conversation=${id}`]) {
    expect((await send(path, undefined, other)).status).toBe(404)
  }
  expect((await send(`/stream?activity=${id}`, undefined, other)).status).toBe(404)
})

it.each([
  ['page', { 'x-mcp-page': '1' }],
  ['mcp-client', {}],
])('names who sent a request: %s', async (from, headers) => {
  const path = '/tools/execute'
  const body = { tool: 'calculator', operation: 'add', params: { a: 1, b: 2 } }
  const response = await send(path, body, headers)
  const cookie = response.headers.get('set-cookie')?.split(';')[0]
  const own = { ...headers, ...(cookie !== undefined && { cookie }) }
  const { entries } = await (await send('/activity?limit=100', undefined, own)).json()
  const request = entries.findLast(({ kind }: { kind: string }) => kind === 'request')
  expect(request).toMatchObject({ operation: 'calculator.add', from })
})
