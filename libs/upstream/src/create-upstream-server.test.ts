import type { RequestContext, RequestEvent } from '@mcp/protocol'
import { createRequest } from '@mcp/protocol'
import { createManualClock } from '@mcp/protocol/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { createUpstreamServer } from './create-upstream-server.ts'
import type { UpstreamServer, UpstreamServerOptions } from './create-upstream-server.ts'
import { createMemoryCatalogueStore } from './catalogue/memory-catalogue-store.ts'
import { entryOf, serveInProcess } from './fixtures/in-process.ts'
import type { SampleRecord } from './fixtures/sample-server.ts'
import { createSampleServer } from './fixtures/sample-server.ts'

let record: SampleRecord
const servers: UpstreamServer[] = []
beforeEach(() => {
  record = { calls: 0, cancelled: 0, initialized: 0 }
})
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()))
})

function create(
  era: 'legacy' | 'modern',
  hub: Readonly<Record<string, unknown>> = {},
  options: Partial<UpstreamServerOptions> = {},
) {
  const process = serveInProcess(() => createSampleServer(record), era)
  const server = createUpstreamServer(entryOf(hub), {
    createTransport: process.createTransport,
    ...options,
  })
  servers.push(server)
  return { server, process }
}

function call(
  server: UpstreamServer,
  operation: string,
  params: Readonly<Record<string, unknown>> = {},
  context: Partial<RequestContext> = {},
) {
  const request = createRequest('tool-execution', { tool: 'sample', operation, params })
  const { signal } = new AbortController()
  return server.process(request, { signal, deadline: Date.now() + 60_000, ...context })
}

describe.each(['legacy', 'modern'] as const)('a %s server', (era) => {
  it('is described with the definitions of its tools', async () => {
    const { server } = create(era)
    const { operations, version, routes } = await server.describe()
    expect(version).toBe('1.2.3')
    expect(routes).toContainEqual({
      type: 'tool-execution',
      targetKey: 'tool',
      targets: ['sample'],
    })
    expect(operations.find(({ operation }) => operation === 'echo.text')).toMatchObject({
      type: 'tool-execution',
      target: 'sample',
      title: 'Echo',
      returnsContent: true,
      hints: { readOnly: true, idempotent: false },
      definition: {
        name: 'sample_echo_text',
        title: 'Echo',
        annotations: { readOnlyHint: true },
        inputSchema: { required: ['text'] },
        _meta: { ui: { resourceUri: 'ui://sample/app/echo.html' }, 'example.org/x': 1 },
      },
    })
  })

  it('returns results unchanged but for their URIs', async () => {
    const { server } = create(era)
    expect(await call(server, 'echo.text', { text: 'hi' })).toMatchObject({
      status: 'success',
      data: {
        result: {
          content: [{ text: 'hi' }, { uri: 'sample+file:///a.txt', name: 'a' }],
          structuredContent: { text: 'hi' },
          _meta: { 'example.org/y': 2 },
        },
      },
    })
    expect(await call(server, 'fail')).toMatchObject({
      status: 'success',
      data: { result: { isError: true, content: [{ text: 'failed on purpose' }] } },
    })
  })

  it('relays progress and log messages to the caller', async () => {
    const { server } = create(era)
    const events: RequestEvent[] = []
    const client = { capabilities: {}, logLevel: 'info' } as const
    const onEvent = (event: RequestEvent) => events.push(event)
    await call(server, 'report', {}, { onEvent, client, sessionId: 's' })
    expect(events).toMatchObject([
      { type: 'progress', data: { progress: 1, total: 2, message: 'half' } },
      { type: 'log', data: { level: 'error', data: { text: 'shown' }, logger: 'sample' } },
    ])
  })

  it('relays the cancellation', async () => {
    const { server } = create(era)
    const abort = new AbortController()
    const waiting = call(server, 'wait', {}, { signal: abort.signal })
    await expect.poll(() => record.calls).toBe(1)
    abort.abort()
    expect(await waiting).toMatchObject({ status: 'error', error: { code: 'cancelled' } })
    await expect.poll(() => record.cancelled).toBe(1)
  })

  it('names the server if it ends during a call, and starts it again for the next call', async () => {
    const { server, process } = create(era)
    const waiting = call(server, 'wait')
    await expect.poll(() => record.calls).toBe(1)
    await process.kill()
    expect(await waiting).toMatchObject({
      status: 'error',
      error: {
        code: 'unavailable',
        retryable: false,
        message: expect.stringContaining('The server "sample" ended during the call: killed by'),
      },
    })
    expect(server.health()).toMatchObject({ connection: { phase: 'stopped' } })
    expect(await call(server, 'echo.text', { text: 'again' })).toMatchObject({ status: 'success' })
    expect(process.opened()).toBe(2)
  })

  it('reads resources and prompts under their rewritten names', async () => {
    const { server } = create(era)
    const send = (type: string, payload: Readonly<Record<string, unknown>>) =>
      server.process(createRequest(type, payload), {
        signal: new AbortController().signal,
        deadline: Date.now() + 60_000,
      })
    const uri = 'sample+file:///a.txt'
    expect(await send('resource-access', { resource: 'sample+', operation: 'list' })).toMatchObject(
      { data: { result: { resources: [{ uri, name: 'a' }] } } },
    )
    expect(await send('resource-access', { resource: uri, operation: 'read' })).toMatchObject({
      data: {
        result: { contents: [{ uri, text: 'content of a', _meta: { 'example.org/z': 3 } }] },
      },
    })
    expect(await send('prompt-template', { prompt: 'sample+', operation: 'list' })).toMatchObject({
      data: { result: { prompts: [{ name: 'sample_greet', title: 'Greet' }] } },
    })
    const params = { arguments: { name: 'Ann' } }
    expect(
      await send('prompt-template', { prompt: 'sample+sample_greet', operation: 'render', params }),
    ).toMatchObject({ data: { result: { messages: [{ content: { text: 'Hello Ann' } }] } } })
  })
})

it('neither lists nor calls a denied tool', async () => {
  const { server } = create('legacy', { allow: ['*e*'], deny: ['sec*'] })
  const { operations } = await server.describe()
  const tools = operations.filter(({ type }) => type === 'tool-execution')
  expect(tools.map(({ operation }) => operation)).toEqual(['echo.text', 'report'])
  expect(await call(server, 'secret')).toMatchObject({ error: { code: 'not-found' } })
  expect(record.calls).toBe(0)
})

it('lists the tools of the kept catalogue without a connection', async () => {
  const catalogues = createMemoryCatalogueStore()
  const first = create('legacy', {}, { catalogues })
  const described = await first.server.describe()
  const second = create('legacy', {}, { catalogues })
  expect(await second.server.describe()).toEqual(described)
  expect(second.process.opened()).toBe(0)
})

it('closes an idle connection, and opens one for many calls at once', async () => {
  const clock = createManualClock()
  const { server, process } = create('legacy', { idleTimeoutMs: 1000 }, { clock })
  await Promise.all(Array.from({ length: 5 }, async () => call(server, 'echo.text', { text: 'x' })))
  expect([process.opened(), process.open()]).toEqual([1, 1])
  expect(server.health()).toMatchObject({ connection: { phase: 'ready' } })
  clock.advance(1000)
  await expect.poll(() => process.open()).toBe(0)
  expect(server.health()).toMatchObject({ state: 'healthy', connection: { phase: 'stopped' } })
})
