import type { NotificationEnvelope } from '@mcp/protocol'
import { createRequest } from '@mcp/protocol'
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
}

/** Creates a legacy server with a resource, and a tool that sends a request to its client. */
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
  })
  const server = createUpstreamServer(entryOf(hub), {
    createTransport: process.createTransport,
    catalogues,
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
      Promise.all(created.map(({ server: each }) => each.sendResourceUpdated({ uri }))),
    call: (operation: string) =>
      server.process(
        createRequest('tool-execution', { tool: 'sample', operation, params: {} }),
        context(),
      ),
    access: (operation: string) =>
      server.process(
        createRequest('resource-access', { resource: `sample+${uri}`, operation }),
        context(),
      ),
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
