import { createRestClient } from '@mcp/client/rest'
import type { RestClient, StreamEntry } from '@mcp/client/rest'
import { createDispatcher } from '@mcp/dispatcher'
import { listen } from '@mcp/node'
import { createOfflinePlanner } from '@mcp/offline-planner'
import { McpError } from '@mcp/protocol'
import type { RunEvent } from '@mcp/protocol/agent'
import { toolsServer } from '@mcp/server-tools'
import { createSessionManager } from '@mcp/session-manager'
import { afterEach, beforeEach, expect, it } from 'vitest'

import { createWebClient } from './web-client.ts'

const owner = { 'x-mcp-owner': 'k'.repeat(43) }
let client: RestClient
let url: string
let close: () => Promise<void>
/** Response bodies that a test can cut. */
let bodies: AbortController[] = []

beforeEach(async () => {
  const dispatcher = createDispatcher({ servers: [toolsServer()] })
  const sessionManager = createSessionManager({ dispatcher })
  const service = createWebClient({
    sessionManagerUrl: 'http://session-manager',
    fetch: (request) => sessionManager.fetch(request),
    llm: createOfflinePlanner(),
  })
  const listening = await listen({ service, port: 0 })
  url = listening.url
  bodies = []
  client = createRestClient({ url, headers: owner, fetch: cuttableFetch })
  close = async () => {
    await listening.close()
    await sessionManager.close()
    await dispatcher.close()
  }
})
afterEach(() => close())

/** Sends a request over a connection that the test can break. */
function cuttableFetch(request: Request): Promise<Response> {
  const controller = new AbortController()
  bodies.push(controller)
  return fetch(request, { signal: AbortSignal.any([request.signal, controller.signal]) })
}

async function collect<Value>(values: AsyncIterable<Value>): Promise<Value[]> {
  const collected: Value[] = []
  for await (const value of values) collected.push(value)
  return collected
}

async function run(prompt: string, settings = {}) {
  const { id } = await client.conversations.create(settings)
  const { runId } = await client.runs.start(id, { prompt })
  return { id, runId }
}

it('creates, lists, changes, exports, imports and removes conversations', async () => {
  const { id } = await client.conversations.create({ title: 'Sums' })
  expect(await client.conversations.update(id, { policy: 'changes' })).toMatchObject({
    title: 'Sums',
    policy: 'changes',
  })
  const { conversations } = await client.conversations.list({ query: 'sum', limit: 1 })
  expect(conversations.map((each) => each.id)).toEqual([id])
  expect((await client.conversations.read(id)).messages).toEqual([])
  const document = await client.conversations.export(id)
  expect(await client.conversations.import(document)).toMatchObject({ title: 'Sums', evicted: [] })
  expect(await client.conversations.exportMarkdown(id)).toContain('# Sums')
  await client.conversations.remove(id)
  await expect(client.conversations.read(id)).rejects.toMatchObject({ code: 'not-found' })
})

it('iterates over the events of a run, and resumes after a position and after a cut', async () => {
  const { runId } = await run('add 2 and 3')
  const all = await collect(client.runs.events(runId))
  expect(all.map(({ seq }) => seq)).toEqual(all.map((_, index) => index + 1))
  expect(all.at(-1)?.event).toMatchObject({ type: 'run-finished', reason: 'answered' })
  expect(await collect(client.runs.events(runId, { after: 2 }))).toEqual(all.slice(2))
  expect(await collect(client.runs.events(runId, { after: all.length }))).toEqual([])

  const waiting = await run('add 2 and 3', { policy: 'always' })
  const received: RunEvent[] = []
  const delays: number[] = []
  const onReconnect = ({ delayMs }: { readonly delayMs: number }) => void delays.push(delayMs)
  for await (const each of client.runs.events(waiting.runId, { onReconnect })) {
    received.push(each)
    if (each.event.type !== 'approval-required') continue
    bodies.at(-1)?.abort()
    await client.runs.decide(waiting.runId, each.event.callId, { decision: 'once' })
  }
  expect(delays.length).toBeGreaterThan(0)
  expect(received.map(({ seq }) => seq)).toEqual(received.map((_, index) => index + 1))
  expect(received.at(-1)?.event.type).toBe('run-finished')
  expect(await client.runs.read(waiting.runId)).toMatchObject({ reason: 'answered' })
})

it('ends the events of a run when the signal is aborted', async () => {
  const { runId } = await run('add 2 and 3', { policy: 'always' })
  const leaving = new AbortController()
  const received: string[] = []
  for await (const { event } of client.runs.events(runId, { signal: leaving.signal })) {
    received.push(event.type)
    if (event.type === 'approval-required') leaving.abort()
  }
  expect(received.at(-1)).toBe('approval-required')
  expect(await client.pending.list()).toMatchObject([{ kind: 'approval', runId }])
  expect(await client.runs.stop(runId)).toMatchObject({ state: 'finished', reason: 'stopped' })
})

it('streams the session, its activity, runs and decisions on one connection, also after a cut', async () => {
  const { sessionId } = await client.sessions.create({ clientId: 'page' })
  const headers = { ...owner, 'x-session-id': sessionId }
  const own = createRestClient({ url, headers, fetch: cuttableFetch })
  const { runId } = await run('add 2 and 3', { policy: 'always' })
  const leaving = new AbortController()
  const entries: StreamEntry[] = []
  const sources = { session: true, activity: true, pending: true, runs: [runId] }
  let cuts = 0
  for await (const entry of own.stream({ ...sources, signal: leaving.signal })) {
    entries.push(entry)
    if (entry.source === 'pending' && entry.pending[0]?.kind === 'approval' && cuts++ === 0) {
      bodies.at(-1)?.abort()
      await own.requests.send('tool-execution', {
        tool: 'calculator',
        operation: 'add',
        params: { a: 1, b: 1 },
      })
      await own.runs.decide(runId, entry.pending[0].approval.callId, { decision: 'deny' })
    }
    const isDone =
      entries.some(({ source }) => source === 'activity') &&
      entries.some((each) => each.source === 'runs' && each.event.event.type === 'run-finished') &&
      entries.some((each) => each.source === 'activity' && 'entry' in each && each.entry.seq === 2)
    if (isDone) leaving.abort()
  }
  expect(cuts).toBeGreaterThan(0)
  const seqs = entries.flatMap((each) => (each.source === 'runs' ? [each.event.seq] : []))
  expect(seqs).toEqual(seqs.map((_, index) => index + 1))
  expect(new URLSearchParams(entries.at(-1)?.position).has('runs')).toBe(true)
  expect((await own.activity.page({ limit: 1 })).entries).toMatchObject([{ seq: 1 }])
  expect(await own.activity.read(2)).toMatchObject({ kind: 'response', status: 'success' })
})

it('lists models and servers, and sends requests in the session', async () => {
  expect((await client.models.list()).default).toBe('offline-planner')
  expect((await client.servers.list()).map(({ name }) => name)).toEqual(['tools'])
  const sum = { tool: 'calculator', operation: 'add', params: { a: 2, b: 3 } }
  expect((await client.requests.send('tool-execution', sum)).data).toMatchObject({ result: 5 })
  expect(await client.sessions.current()).toMatchObject({ status: 'active' })
})

it.each([
  ['an unknown run', () => client.runs.read('c-1.1'), 'not-found'],
  ['an invalid body', () => client.runs.start('c-1', { prompt: ' ' }), 'invalid-request'],
  ['an invalid request', () => client.requests.send('no-such-type'), 'unknown-type'],
  ['an unknown activity entry', () => client.activity.read(77), 'not-found'],
  ['an unknown provider', () => client.providers.configure('x', { url: null }), 'not-found'],
  ['a run that is gone', () => client.runs.events('c-1.1').next(), 'not-found'],
])('throws the McpError of the response for %s', async (_, call, code) => {
  const thrown = await call().catch((error: unknown) => error)
  expect(McpError.is(thrown) && thrown.code).toBe(code)
})

it('throws unavailable if the web client cannot be reached', async () => {
  const unreachable = createRestClient({ url: 'http://127.0.0.1:1' })
  await expect(unreachable.models.list()).rejects.toMatchObject({ code: 'unavailable' })
})
