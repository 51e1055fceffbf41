import type { Conversations } from '@mcp/conversations'
import { createDispatcher } from '@mcp/dispatcher'
import { createOfflinePlanner } from '@mcp/offline-planner'
import { toolsServer } from '@mcp/server-tools'
import { createSessionManager } from '@mcp/session-manager'
import { createParser } from 'eventsource-parser'
import type { EventSourceMessage } from 'eventsource-parser'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import { createWebClient } from '../web-client.ts'
import { createRunSources } from './run-source.ts'

let service: ReturnType<typeof createWebClient>
let close: () => Promise<void>

beforeEach(() => {
  const dispatcher = createDispatcher({ servers: [toolsServer()] })
  const sessionManager = createSessionManager({ dispatcher })
  service = createWebClient({
    sessionManagerUrl: 'http://session-manager',
    fetch: (request) => sessionManager.fetch(request),
    llm: createOfflinePlanner(),
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

/** Starts a run in a new conversation. Returns its id. */
async function startRun(prompt: string, settings: object = {}): Promise<string> {
  const { id } = await (await send('/conversations', settings)).json()
  const { runId } = await (await send(`/conversations/${id}/runs`, { prompt })).json()
  return String(runId)
}

/** Yields the events of a stream, until it ends. */
async function* eventsOf(response: Response): AsyncGenerator<EventSourceMessage> {
  const events: EventSourceMessage[] = []
  const parser = createParser({ onEvent: (event) => events.push(event) })
  const decoder = new TextDecoder()
  for await (const bytes of response.body ?? []) {
    parser.feed(decoder.decode(bytes, { stream: true }))
    yield* events.splice(0)
  }
}

async function collectRuns(path: string, lastEventId: string, count = Infinity) {
  const seen: { readonly position: string; readonly id: string }[] = []
  for await (const { id = '', event, data } of eventsOf(
    await send(path, undefined, { 'last-event-id': lastEventId }),
  )) {
    expect(event).toBe('runs')
    const { runId, seq } = JSON.parse(data)
    seen.push({ position: `${runId}:${seq}`, id })
    if (seen.length === count) break
  }
  return seen
}

it('streams several runs, and resumes each of them at its position', async () => {
  const runIds = [await startRun('add 2 and 3'), await startRun('add 4 and 5')]
  const path = `/stream?runs=${runIds.join(',')}`
  const all = await collectRuns(path, '')
  const positions = all.map(({ position }) => position)
  for (const runId of runIds) {
    const ofRun = positions.filter((position) => position.startsWith(`${runId}:`))
    expect(ofRun.length).toBeGreaterThan(2)
    expect(ofRun).toEqual(ofRun.map((_, index) => `${runId}:${index + 1}`))
  }
  const seen: string[] = []
  for (let lastEventId = ''; seen.length < positions.length;) {
    const part = await collectRuns(path, lastEventId, 3)
    if (part.length === 0) break
    seen.push(...part.map(({ position }) => position))
    lastEventId = part.at(-1)?.id ?? ''
  }
  expect(seen.toSorted()).toEqual(positions.toSorted())
})

it('rejects the runs of another owner and positions from the future', async () => {
  const runId = await startRun('add 2 and 3')
  await collectRuns(`/stream?runs=${runId}`, '')
  const other = { 'x-mcp-owner': 'o'.repeat(43) }
  expect((await send(`/stream?runs=${runId}`, undefined, other)).status).toBe(404)
  const future = { 'last-event-id': `runs=${runId}:999` }
  expect((await send(`/stream?runs=${runId}`, undefined, future)).status).toBe(409)
})

it('streams the list of what waits for the caller whenever it changes', async () => {
  const lists = eventsOf(await send('/stream?pending=1'))
  const next = async () => JSON.parse((await lists.next()).value?.data ?? '{}')
  expect(await next()).toEqual({ pending: [] })
  const runId = await startRun('add 2 and 3', { policy: 'always' })
  const { pending } = await next()
  expect(pending).toMatchObject([{ kind: 'approval', runId, approval: { server: 'tools' } }])
  const path = `/runs/${runId}/calls/${pending[0].approval.callId}/decision`
  expect((await send(path, { decision: 'deny' })).status).toBe(204)
  expect(await next()).toEqual({ pending: [] })
  await lists.return(undefined)
})

it('reads the list of what waits only when it changes', async () => {
  const pending = vi.fn<Conversations['pending']>(() => [])
  const listeners = new Set<() => void>()
  const source = createRunSources({
    events: () => Promise.reject(new Error('not used')),
    pending,
    onPendingChanged(owner, listener) {
      expect(owner).toBe('ada')
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }).find(({ name }) => name === 'pending')
  vi.useFakeTimers()
  const leaving = new AbortController()
  const request = { request: new Request('http://client/'), value: '1', ownerId: () => 'ada' }
  const lists = await source?.open(request, undefined, leaving.signal)
  const iterator = lists?.[Symbol.asyncIterator]()
  expect(await iterator?.next()).toMatchObject({ value: { data: '{"pending":[]}' } })
  const next = iterator?.next()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(pending).toHaveBeenCalledTimes(1)
  for (const listener of listeners) listener()
  await vi.advanceTimersByTimeAsync(0)
  expect(pending).toHaveBeenCalledTimes(2)
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
  leaving.abort()
  expect(await next).toMatchObject({ done: true })
  expect(listeners.size).toBe(0)
})
