import { createSemaphore } from '@mcp/concurrency'
import { createMemoryCatalogueStore } from '@mcp/upstream'
import type { CreateTransport, UpstreamTransport } from '@mcp/upstream'
import { createManualClock } from '@mcp/protocol/testing'
import type { Client } from '@modelcontextprotocol/client'
import { expect, it } from 'vitest'

import { createAskingServer } from './asking-server.ts'
import { entryOf, inProcess, startUpstreamHub } from './upstream-hub.ts'

const serve = inProcess(createAskingServer, 'legacy')

/** A server that never responds. */
const silent: CreateTransport = () => ({
  async start() {},
  async send() {},
  async close() {},
})

const fifty = Array.from({ length: 50 }, (_, index) => ({
  entry: entryOf(`server${index}`),
  createTransport: index % 5 === 0 ? silent : serve,
}))

it('lists the tools of 50 servers of which 10 are dead, at once if their lists are kept', async () => {
  const catalogues = createMemoryCatalogueStore()
  const starts = createSemaphore({ limit: 4 })
  await using first = await startUpstreamHub(fifty, { catalogues, starts })
  const client = await first.connect('modern')
  const listedServers = async (caller: Client) => {
    const { tools } = await caller.listTools()
    return tools.filter(({ name }) => /^server\d+_echo$/.test(name)).length
  }
  const listedAt = performance.now()
  await listedServers(client)
  expect(performance.now() - listedAt).toBeLessThan(2000)
  await expect.poll(() => listedServers(client), { timeout: 15_000 }).toBe(40)

  await using second = await startUpstreamHub(fifty, { catalogues, starts })
  const again = await second.connect('modern')
  const againAt = performance.now()
  expect(await listedServers(again)).toBe(40)
  expect(performance.now() - againAt).toBeLessThan(200)
  expect(await again.callTool({ name: 'server49_echo', arguments: { text: 'hi' } })).toMatchObject({
    content: [{ text: 'hi' }],
  })
}, 30_000)

it('closes the connections of 200 abandoned sessions, and opens few at a time', async () => {
  const clock = createManualClock()
  const open = new Set<UpstreamTransport>()
  let maxOpen = 0
  const createTransport: CreateTransport = async (entry) => {
    const transport = await serve(entry)
    const close = transport.close.bind(transport)
    open.add(transport)
    maxOpen = Math.max(maxOpen, open.size)
    transport.close = async () => {
      open.delete(transport)
      await close()
    }
    return transport
  }
  const entry = entryOf('busy', { isolation: 'session', maxConnections: 8, idleTimeoutMs: 60_000 })
  await using hub = await startUpstreamHub([{ entry, createTransport }], { clock })
  for (let session = 0; session < 200; session++) {
    const client = await hub.connect('legacy')
    await client.callTool({ name: 'busy_echo', arguments: { text: 'hi' } })
  }
  expect(maxOpen).toBeLessThanOrEqual(8)
  clock.advance(60_000)
  await expect.poll(() => open.size).toBe(0)
}, 60_000)
