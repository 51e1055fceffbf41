import type { Clock, NotificationEnvelope, RequestContext } from '@mcp/protocol'
import { createRequest } from '@mcp/protocol'
import { createManualClock } from '@mcp/protocol/testing'
import { McpServer } from '@modelcontextprotocol/server'
import { afterEach, expect, it } from 'vitest'
import * as z from 'zod'

import { createMemoryCatalogueStore } from '../catalogue/memory-catalogue-store.ts'
import type { CatalogueStore } from '../catalogue/catalogue-store.ts'
import { createUpstreamServer } from '../create-upstream-server.ts'
import { entryOf, serveInProcess } from '../fixtures/in-process.ts'

const uri = 'file:///a.txt'
const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()))
})

interface Setup {
  readonly hub?: Readonly<Record<string, unknown>>
  readonly catalogues?: CatalogueStore
  /** Number of the next lists that fail. */
  failures?: number
  readonly toolName?: string
  readonly clock?: Clock
  readonly era?: 'legacy' | 'modern'
}

/** Creates a server with a resource, and a tool that sends a request to its client. */
function create(setup: Setup = {}) {
  const { hub = {}, catalogues = createMemoryCatalogueStore(), toolName = 'ask' } = setup
  const subscribed: string[] = []
  const errors: unknown[] = []
  const notifications: NotificationEnvelope[] = []
  const created: McpServer[] = []
  const process = serveInProcess(() => {
    const server = new McpServer(
      { name: 'sample', version: '1.0.0' },
      { capabilities: { resources: { subscribe: true } } },
    )
    created.push(server)
    server.registerResource('a', uri, {}, () => ({ contents: [{ uri, text: 'a' }] }))
    server.registerTool(toolName, { inputSchema: z.object({}) }, async (_args, context) => {
      const message = { role: 'user', content: { type: 'text', text: 'hi' } } as const
      await context.mcpReq.requestSampling({ messages: [message], maxTokens: 1 }).catch(() => {})
      return { content: [] }
    })
    server.server.setRequestHandler('resources/subscribe', ({ params }) => {
      subscribed.push(`subscribe ${params.uri}`)
      return {}
    })
    server.server.setRequestHandler('resources/unsubscribe', ({ params }) => {
      subscribed.push(`unsubscribe ${params.uri}`)
      return {}
    })
    if ((setup.failures ?? 0) > 0) {
      server.server.setRequestHandler('tools/list', () => {
        setup.failures = (setup.failures ?? 0) - 1
        throw new Error('The list failed.')
      })
    }
    return server
  }, setup.era)
  const server = createUpstreamServer(entryOf(hub), {
    createTransport: process.createTransport,
    catalogues,
    clock: setup.clock,
    onError: (error) => errors.push(error),
  })
  closers.push(() => server.close())
  server.subscribe?.((notification) => notifications.push(notification))
  const context = () => ({
    signal: new AbortController().signal,
    deadline: Date.now() + 60_000,
    sessionId: 's',
  })
  return {
    server,
    process,
    subscribed,
    errors,
    updates: () => notifications.filter(({ type }) => type === 'resource-updated').length,
    sendUpdate: () =>
      Promise.all(
        created
          .filter((each) => each.isConnected())
          .map(({ server: each }) => each.sendResourceUpdated({ uri })),
      ),
    call: (operation: string) =>
      server.process(
        createRequest('tool-execution', { tool: 'sample', operation, params: {} }),
        context(),
      ),
    access: (operation: string, caller: Partial<RequestContext> = {}) =>
      server.process(createRequest('resource-access', { resource: `sample+${uri}`, operation }), {
        ...context(),
        ...caller,
      }),
  }
}

it('lists again at the next connection if the first list after a start fails', async () => {
  const catalogues = createMemoryCatalogueStore()
  await create({ catalogues, toolName: 'before' }).server.describe()
  const { server, process, errors, access } = create({ catalogues, toolName: 'after', failures: 1 })
  const tools = async () =>
    (await server.describe()).operations
      .filter(({ type }) => type === 'tool-execution')
      .map(({ operation }) => operation)
  await access('read')
  await expect.poll(() => errors).toHaveLength(1)
  expect(await tools()).toEqual(['before'])
  await process.kill()
  await access('read')
  await expect.poll(tools, { timeout: 3000 }).toEqual(['after'])
})

it('ends a subscription although the server has requested sampling meanwhile', async () => {
  const { server, subscribed, updates, sendUpdate, call, access } = create()
  await server.describe()
  await access('subscribe')
  await sendUpdate()
  await expect.poll(updates).toBe(1)
  await call('ask')
  await access('unsubscribe')
  expect(subscribed).toEqual([`subscribe ${uri}`, `unsubscribe ${uri}`])
  await sendUpdate()
  await access('read')
  expect(updates()).toBe(1)
})

it('closes the connection of a subscription that has one of its own', async () => {
  const { server, process, updates, sendUpdate, access } = create({ hub: { isolation: 'call' } })
  await server.describe()
  const others = process.open()
  await access('subscribe')
  expect(process.open()).toBe(others + 1)
  await sendUpdate()
  await expect.poll(updates).toBe(1)
  await access('unsubscribe')
  await expect.poll(() => process.open()).toBe(others)
})

it('closes the connection of a subscription of its own if its session closes', async () => {
  const { server, process, access } = create({ hub: { isolation: 'call' } })
  await server.describe()
  const others = process.open()
  await access('subscribe')
  expect(process.open()).toBe(others + 1)
  await server.sessionClosed?.('s')
  await expect.poll(() => process.open()).toBe(others)
})

it.each(['shared', 'session', 'principal', 'call'])(
  'keeps the connection of a subscription open beyond the idle time with isolation %s',
  async (isolation) => {
    const clock = createManualClock()
    const hub = { isolation, idleTimeoutMs: 1000 }
    const { server, process, updates, sendUpdate, access } = create({ hub, clock })
    await server.describe()
    await access('subscribe', { principal: 'ann' })
    clock.advance(1000)
    clock.advance(1000)
    await expect.poll(() => process.open()).toBe(1)
    await sendUpdate()
    await expect.poll(updates).toBe(1)
    await access('unsubscribe')
    clock.advance(1000)
    await expect.poll(() => process.open()).toBe(0)
  },
)

it.each(['shared', 'call'])(
  'subscribes again and reports an update after a crash with isolation %s',
  async (isolation) => {
    const clock = createManualClock()
    const { server, process, updates, sendUpdate, access } = create({ hub: { isolation }, clock })
    await server.describe()
    await access('subscribe')
    await process.kill()
    clock.advance(60_000)
    await expect.poll(updates).toBe(1)
    await sendUpdate()
    await expect.poll(updates).toBe(2)
    await access('unsubscribe')
    await process.kill()
    clock.advance(60_000)
    expect(process.open()).toBe(0)
  },
)

it('closes the connection of a subscription for a call, and subscribes again after it', async () => {
  const clock = createManualClock()
  const hub = { isolation: 'principal', maxConnections: 1 }
  const { server, updates, subscribed, access } = create({ hub, clock })
  await server.describe()
  await access('subscribe', { principal: 'ann' })
  expect(await access('read', { principal: 'bob' })).toMatchObject({ status: 'success' })
  clock.advance(60_000)
  await expect.poll(updates).toBe(1)
  expect(subscribed).toEqual([`subscribe ${uri}`, `subscribe ${uri}`])
})

it('refuses a subscription that would leave no connection for calls', async () => {
  const { server, access } = create({ hub: { isolation: 'principal', maxConnections: 2 } })
  await server.describe()
  expect(await access('subscribe', { principal: 'ann' })).toMatchObject({ status: 'success' })
  expect(await access('subscribe', { principal: 'bob', sessionId: 't' })).toMatchObject({
    error: { code: 'unavailable', message: expect.stringContaining('use 1 of the 2 connections') },
  })
})

it('delivers an update once after a caller with another principal has subscribed again', async () => {
  const hub = { isolation: 'principal' }
  const { server, subscribed, updates, sendUpdate, access } = create({ hub })
  await server.describe()
  const callers = [{ principal: 'ann' }, { principal: 'renewed' }]
  for (const caller of callers) await access('subscribe', caller)
  await sendUpdate()
  for (const caller of callers) await access('read', caller)
  expect(updates()).toBe(1)
  expect(subscribed.map((each) => each.split(' ')[0])).toEqual([
    'subscribe',
    'subscribe',
    'unsubscribe',
  ])
})

it('delivers an update of a modern server once after each subscription', async () => {
  const { server, updates, sendUpdate, access } = create({ era: 'modern' })
  await server.describe()
  for (const count of [1, 2, 3]) {
    await access('subscribe')
    await sendUpdate()
    await access('read')
    await access('unsubscribe')
    await sendUpdate()
    await access('read')
    expect(updates()).toBe(count)
  }
})
