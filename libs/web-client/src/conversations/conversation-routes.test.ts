import { createDispatcher } from '@mcp/dispatcher'
import { createOfflinePlanner } from '@mcp/offline-planner'
import { isRecord } from '@mcp/protocol'
import { toolsServer } from '@mcp/server-tools'
import { createSessionManager } from '@mcp/session-manager'
import { afterEach, beforeEach, expect, it } from 'vitest'

import { createWebClient } from '../web-client.ts'

const secret = 'k'.repeat(43)
let service: ReturnType<typeof createWebClient>
let close: () => Promise<void>
let deleted: string[]

beforeEach(() => {
  const dispatcher = createDispatcher({ servers: [toolsServer()] })
  const sessionManager = createSessionManager({ dispatcher })
  deleted = []
  service = createWebClient({
    sessionManagerUrl: 'http://session-manager',
    fetch(request) {
      if (request.method === 'DELETE') deleted.push(new URL(request.url).pathname)
      return sessionManager.fetch(request)
    },
    llm: createOfflinePlanner(),
  })
  close = async () => {
    await service.close()
    await sessionManager.close()
    await dispatcher.close()
  }
})
afterEach(() => close())

async function send(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
) {
  const response = await service.fetch(
    new Request(`http://client${path}`, {
      method,
      body: body === undefined ? null : JSON.stringify(body),
      headers: { 'content-type': 'application/json', 'x-mcp-owner': secret, ...headers },
    }),
  )
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.includes('json') ?? false
  const value: unknown = isJson ? JSON.parse(text) : undefined
  return { status: response.status, text, json: isRecord(value) ? value : {} }
}

async function create(): Promise<string> {
  return String((await send('POST', '/conversations', {})).json['id'])
}

async function ask(id: string, prompt: string): Promise<string> {
  const { status, json } = await send('POST', `/conversations/${id}/runs`, { prompt })
  expect(status).toBe(202)
  return String(json['runId'])
}

function seqsOf(stream: string): number[] {
  return Array.from(stream.matchAll(/^id: ?(\d+)$/gm), ([, seq]) => Number(seq))
}

it('runs a prompt in a conversation, and replays its events from each position', async () => {
  const id = await create()
  const runId = await ask(id, 'add 2 and 3')
  const all = await send('GET', `/runs/${runId}/events`)
  expect(all.text).toContain('"type":"run-finished"')
  const seqs = seqsOf(all.text)
  expect(seqs).toEqual(seqs.map((_, index) => index + 1))
  const rest = await send('GET', `/runs/${runId}/events`, undefined, { 'last-event-id': '2' })
  expect(seqsOf(rest.text)).toEqual(seqs.slice(2))
  expect((await send('GET', `/runs/${runId}`)).json).toMatchObject({ reason: 'answered' })
  const { json } = await send('GET', `/conversations/${id}`)
  expect(json).toMatchObject({ title: 'add 2 and 3', runs: [{ runId }] })
  expect(JSON.stringify(json)).not.toContain('ses-')
})

it('lists, changes, exports, imports and removes conversations', async () => {
  const id = await create()
  const changes = { title: 'Sums', policy: 'changes', tools: { off: ['internet'] } }
  expect((await send('PATCH', `/conversations/${id}`, changes)).json).toMatchObject(changes)
  const found = await send('GET', '/conversations?query=SUM&limit=1')
  expect(found.json['conversations']).toMatchObject([{ id, title: 'Sums' }])
  const runId = await ask(id, 'add 2 and 3')
  await send('GET', `/runs/${runId}/events`)
  const markdown = await send('GET', `/conversations/${id}/export?format=markdown`)
  expect(markdown.text).toContain('## User\n\nadd 2 and 3')
  const exported = await send('GET', `/conversations/${id}/export`)
  const imported = await send('POST', '/conversations/import', exported.json)
  expect(imported).toMatchObject({ status: 201, json: { title: 'Sums' } })
  expect((await send('DELETE', `/conversations/${id}`)).status).toBe(204)
  expect(deleted).toEqual([expect.stringMatching(/^\/sessions\/ses-/)])
  expect((await send('GET', `/conversations/${id}`)).status).toBe(404)
})

it('names the conversation of a prompt, which a second prompt continues', async () => {
  const first = await send('POST', '/process', { prompt: 'add 2 and 3' })
  expect(first.json).toMatchObject({ data: { result: { conversationId: expect.any(String) } } })
  const conversationId = /"conversationId":"([^"]+)"/.exec(first.text)?.[1]
  await send('POST', '/process', { prompt: 'add 4 and 5', conversationId })
  const { json } = await send('GET', `/conversations/${conversationId}`)
  expect(json['runs']).toHaveLength(2)
})

it('returns 404 for the conversations and runs of another owner', async () => {
  const id = await create()
  const runId = await ask(id, 'add 2 and 3')
  const other = { 'x-mcp-owner': 'o'.repeat(43) }
  for (const [method, path, body] of [
    ['GET', `/conversations/${id}`, undefined],
    ['PATCH', `/conversations/${id}`, {}],
    ['DELETE', `/conversations/${id}`, undefined],
    ['GET', `/conversations/${id}/export`, undefined],
    ['POST', `/conversations/${id}/runs`, { prompt: 'add 1 and 1' }],
    ['GET', `/runs/${runId}`, undefined],
    ['GET', `/runs/${runId}/events`, undefined],
    ['POST', `/runs/${runId}/stop`, undefined],
    ['POST', `/runs/${runId}/continue`, undefined],
    ['POST', `/runs/${runId}/calls/x/decision`, { decision: 'once' }],
    ['POST', '/process', { prompt: 'add 1 and 1', conversationId: id }],
    ['DELETE', '/grants/roots.writeFile', undefined],
  ] as const) {
    expect([path, (await send(method, path, body, other)).status]).toEqual([path, 404])
  }
  expect((await send('GET', '/pending', undefined, other)).json).toEqual({ pending: [] })
})

it.each([
  ['an empty prompt', { prompt: ' ' }, 'prompt'],
  ['no prompt', {}, 'prompt'],
  ['a prompt that is not text', { prompt: 5 }, 'prompt'],
  ['a prompt above 100,000 characters', { prompt: 'x'.repeat(100_001) }, 'prompt'],
  ['a missing attachment', { prompt: 'x', attachments: [{ root: 'w', path: 'a' }] }, 'w/a'],
  ['an unknown limit', { prompt: 'x', limits: { time: 1 } }, 'limits'],
])('rejects %s with 400, before the model receives anything', async (_, body, field) => {
  const id = await create()
  const response = await send('POST', `/conversations/${id}/runs`, body)
  expect(response.status).toBe(400)
  expect(response.text).toContain(field)
  expect((await send('GET', `/conversations/${id}`)).json['runs']).toEqual([])
})

it.each([
  ['of a run that does not exist', 'c-1.1', '1', 404],
  ['from the future', undefined, '999', 409],
  ['that is not a number', undefined, 'x', 400],
])('rejects a Last-Event-ID %s', async (_, unknown, position, status) => {
  const runId = unknown ?? (await ask(await create(), 'add 2 and 3'))
  const headers = { 'last-event-id': position }
  expect((await send('GET', `/runs/${runId}/events`, undefined, headers)).status).toBe(status)
})

it('rejects a decision about a call that requires none', async () => {
  const runId = await ask(await create(), 'add 2 and 3')
  await send('GET', `/runs/${runId}/events`)
  const path = `/runs/${runId}/calls/x/decision`
  expect((await send('POST', path, { decision: 'once' })).status).toBe(409)
  expect((await send('POST', path, { decision: 'maybe' })).status).toBe(400)
})
