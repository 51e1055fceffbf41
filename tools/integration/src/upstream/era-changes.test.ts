import { createManualClock } from '@mcp/protocol/testing'
import { createMemoryCatalogueStore } from '@mcp/upstream'
import type { CreateTransport } from '@mcp/upstream'
import { expect, it } from 'vitest'

import { createCountingServer } from './counting-server.ts'
import { startWith } from './remote-server.ts'
import type { Era } from './upstream-hub.ts'
import { entryOf, inProcess, startUpstreamHub } from './upstream-hub.ts'

const changes: readonly (readonly [Era, Era])[] = [
  ['legacy', 'modern'],
  ['modern', 'legacy'],
]

it.each(changes)(
  'notices that a %s server has become %s, and runs each call once',
  async (from, to) => {
    const catalogues = createMemoryCatalogueStore()
    await using system = await startWith(from, { catalogues })
    expect(await system.call('count')).toMatchObject({ content: [{ text: '1' }] })
    system.server.become(to)
    expect(await system.call('count')).toMatchObject({ content: [{ text: '2' }] })
    expect(await system.call('count')).toMatchObject({ content: [{ text: '3' }] })
    expect(system.counts.calls).toBe(3)
    expect(await system.upstream?.health?.()).toMatchObject({
      connection: { phase: 'ready', attempt: { outcome: `counting 1.0.0, ${to}` } },
    })
    await expect
      .poll(async () => (await catalogues.read('remote'))?.value)
      .toMatchObject({ era: to, tools: [{ name: 'count' }, { name: 'wait' }] })
  },
)

const hourMs = 3_600_000

it('notices after a day at the latest that a server has a newer era', async () => {
  const clock = createManualClock()
  // The connection stays open for the whole time.
  const hub = { idleTimeoutMs: 48 * hourMs }
  await using system = await startWith('legacy', { clock, hub })
  const versions = () =>
    system.server.received.map(({ headers }) => headers.get('mcp-protocol-version'))
  const probes = () =>
    system.server.received.filter(({ headers }) => headers.get('mcp-method') === 'server/discover')
  expect(await system.call('count')).toMatchObject({ content: [{ text: '1' }] })
  system.server.become('both')
  clock.advance(23 * hourMs)
  expect(await system.call('count')).toMatchObject({ content: [{ text: '2' }] })
  expect(versions().at(-1)).toBe('2025-11-25')
  expect(probes()).toHaveLength(1)
  clock.advance(hourMs)
  await expect
    .poll(async () => {
      await system.call('count')
      return versions().at(-1)
    })
    .toBe('2026-07-28')
  expect(probes()).toHaveLength(2)
  expect(system.counts.calls).toBeGreaterThan(2)
})

it('notices that a program was replaced by an older version at its next start', async () => {
  const counts = { calls: 0 }
  const create = () => createCountingServer(counts)
  let installed = inProcess(create, 'modern')
  const createTransport: CreateTransport = (entry) => installed(entry)
  await using hub = await startUpstreamHub([{ entry: entryOf('program'), createTransport }])
  const client = await hub.connect('modern')
  const call = () => client.callTool({ name: 'program_count', arguments: {} })
  expect(await call()).toMatchObject({ content: [{ text: '1' }] })
  const [upstream] = hub.servers
  expect(upstream?.health?.()).toMatchObject({
    connection: { attempt: { outcome: 'counting 1.0.0, modern' } },
  })
  installed = inProcess(create, 'legacy')
  await upstream?.restart()
  expect(await call()).toMatchObject({ content: [{ text: '2' }] })
  expect(upstream?.health?.()).toMatchObject({
    connection: { attempt: { outcome: 'counting 1.0.0, legacy' } },
  })
  expect(counts.calls).toBe(2)
})
