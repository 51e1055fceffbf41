import { rm } from 'node:fs/promises'
import { join } from 'node:path'

import type { NotificationEnvelope } from '@mcp/protocol'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { fileResources } from '../providers/files/file-resources.ts'
import { createCall } from '../fixtures/call.ts'
import type { ManualClock } from '@mcp/protocol/testing'
import { createManualClock } from '@mcp/protocol/testing'
import type { TemporaryFolder } from '../fixtures/temporary-folder.ts'
import { createTemporaryFolder } from '../fixtures/temporary-folder.ts'
import { httpResources } from '../providers/http/http-resources.ts'
import { memoryResources } from '../providers/memory/memory-resources.ts'
import type { ResourceProvider, WatchOptions } from '../providers/resource-provider.ts'
import { resourcesServer } from '../resources-server.ts'
import { createFileSubscriptions } from './file-subscriptions.ts'
import type { SubscriptionStore } from './subscription-store.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

/** Starts a server and records its notifications. */
function start(
  providers: readonly ResourceProvider[],
  clock?: ManualClock,
  subscriptionStore?: SubscriptionStore,
) {
  const server = resourcesServer({ checkResults: true, providers, clock, subscriptionStore })
  const notifications: NotificationEnvelope[] = []
  server.subscribe((notification) => notifications.push(notification))
  closers.push(() => server.close())
  return {
    server,
    as: (sessionId: string) => createCall(server, sessionId),
    /** The changes and the sessions that were notified, in order. */
    updates: () =>
      notifications
        .filter(({ type }) => type === 'resource-updated')
        .map(({ data, metadata }) => ({
          uri: data['uri'],
          change: data['change'],
          etag: data['etag'],
          to: metadata['sessionIds'],
        })),
    listChanges: () =>
      notifications.filter(({ type }) => type === 'resource-list-changed').map(({ data }) => data),
  }
}

const todo = { path: 'todo.md', content: '' }

describe('a change through the server', () => {
  it('notifies the subscribers of the URI immediately', async () => {
    const { as, updates } = start([memoryResources({ resources: [todo] })])
    await as('a')('subscribe', { resource: 'memory:///todo.md' })
    await as('b')('subscribe', { resource: 'memory:///other.md' })
    const changed = await as('c')('update', { resource: 'memory:///todo.md', content: 'x' })
    await vi.waitFor(() =>
      expect(updates()).toEqual([
        { uri: 'memory:///todo.md', change: 'updated', etag: etagOf(changed), to: ['a'] },
      ]),
    )
  })

  it('is published when a resource is created or deleted', async () => {
    const { as, updates } = start([memoryResources()])
    const resource = 'memory:///new.md'
    await as('a')('subscribe', { resource })
    await as('b')('create', { resource, content: '' })
    await as('b')('delete', { resource })
    await vi.waitFor(() =>
      expect(updates()).toMatchObject([{ change: 'created' }, { change: 'deleted' }]),
    )
  })

  it('notifies a session once if its subscriptions overlap', async () => {
    const { as, updates } = start([memoryResources({ resources: [todo] })])
    await as('a')('subscribe', { resource: 'memory:///todo.md' })
    await as('a')('subscribe', { resource: 'memory:///todo.md' })
    await as('a')('subscribe', { pattern: 'memory:///*.md' })
    await as('a')('subscribe', { pattern: 'memory:///**' })
    await as('b')('subscribe', { pattern: 'memory:///*.md' })
    await as('c')('subscribe', { pattern: 'memory:///*.txt' })
    await as('c')('update', { resource: 'memory:///todo.md', content: 'x' })
    await vi.waitFor(() => expect(updates()).toMatchObject([{ to: ['a', 'b'] }]))
  })

  it('is published with the canonical URI, whichever form was subscribed to', async () => {
    const { as, updates } = start([memoryResources({ resources: [todo] })])
    expect(await as('a')('subscribe', { resource: 'MEMORY:///%74odo.md' })).toEqual({
      subscribed: 'memory:///todo.md',
      subscriptions: 1,
    })
    await as('a')('update', { resource: 'memory:///todo%2Emd', content: 'x' })
    await vi.waitFor(() =>
      expect(updates()).toMatchObject([{ uri: 'memory:///todo.md', to: ['a'] }]),
    )
  })

  it('matches a pattern that is not percent-encoded', async () => {
    const { as, updates } = start([memoryResources()])
    const subscribed = await as('a')('subscribe', { pattern: 'Memory:///grün und */*' })
    expect(subscribed).toMatchObject({ subscribed: 'memory:///gr%C3%BCn%20und%20*/*' })
    await as('a')('create', { resource: 'memory:///gr%C3%BCn%20und%20blau/x', content: '' })
    await vi.waitFor(() => expect(updates()).toMatchObject([{ to: ['a'] }]))
  })

  it('is published even if another one follows immediately', async () => {
    const { as, updates } = start([memoryResources({ resources: [todo] })])
    await as('a')('subscribe', { resource: 'memory:///todo.md' })
    const contents = Array.from({ length: 20 }, (_, index) => String(index))
    await Promise.all(
      contents.map((content) => as('a')('update', { resource: 'memory:///todo.md', content })),
    )
    await vi.waitFor(() => expect(updates()).toHaveLength(20))
  })
})

describe('a subscription is removed', () => {
  const resource = 'memory:///todo.md'

  it('by its URI or pattern', async () => {
    const { as, updates } = start([memoryResources({ resources: [todo] })])
    await as('a')('subscribe', { resource })
    await as('a')('subscribe', { pattern: 'memory:///*' })
    expect(await as('a')('unsubscribe', { resource })).toEqual({ ended: 1, subscriptions: 1 })
    expect(await as('a')('unsubscribe', { resource })).toEqual({ ended: 0, subscriptions: 1 })
    await as('a')('update', { resource, content: 'one' })
    await vi.waitFor(() => expect(updates()).toHaveLength(1))
    expect(await as('a')('unsubscribe', { pattern: 'memory:///*' })).toEqual({
      ended: 1,
      subscriptions: 0,
    })
    await as('a')('update', { resource, content: 'two' })
    expect(updates()).toHaveLength(1)
  })

  it('with all others of its session, and not those of other sessions', async () => {
    const { as, updates } = start([memoryResources({ resources: [todo] })])
    await as('a')('subscribe', { resource })
    await as('a')('subscribe', { pattern: 'memory:///*' })
    await as('b')('subscribe', { resource })
    expect(await as('a')('unsubscribe')).toEqual({ ended: 2, subscriptions: 0 })
    await as('a')('update', { resource, content: 'x' })
    await vi.waitFor(() => expect(updates()).toMatchObject([{ to: ['b'] }]))
  })

  it('when its session closes', async () => {
    const { server, as, updates } = start([memoryResources({ resources: [todo] })])
    await as('a')('subscribe', { resource })
    await as('b')('subscribe', { resource })
    await server.sessionClosed('a')
    await as('c')('update', { resource, content: 'x' })
    await vi.waitFor(() => expect(updates()).toMatchObject([{ to: ['b'] }]))
  })
})

describe('a subscription is rejected', () => {
  it.each([
    [
      {},
      { code: 'invalid-params', message: expect.stringContaining('either resource or pattern') },
    ],
    [
      { resource: 'memory:///a', pattern: 'memory:///*' },
      { code: 'invalid-params', message: expect.stringContaining('cannot be combined') },
    ],
    [{ pattern: 'memory:///[' }, { code: 'invalid-params', details: { reason: 'glob-syntax' } }],
    [{ resource: 'other:///a' }, { code: 'not-found' }],
    [{ pattern: 'other:///**' }, { code: 'forbidden', details: { reason: 'not-watchable' } }],
    [
      { resource: 'https://example.org/a' },
      { code: 'forbidden', details: { reason: 'not-watchable' } },
    ],
  ])('if it could never notify or is invalid: %j', async (params, error) => {
    const { as } = start([memoryResources(), httpResources({ urls: ['https://example.org/'] })])
    expect(await as('a')('subscribe', params)).toMatchObject(error)
    expect(await as('a')('unsubscribe')).toEqual({ ended: 0, subscriptions: 0 })
  })

  it('if the session is at its limit', async () => {
    const { as } = start([memoryResources()])
    for (let index = 0; index < 50; index++) {
      await as('a')('subscribe', { pattern: `memory:///${index}-*` })
    }
    const refused = { code: 'forbidden', details: { reason: 'subscription-limit' } }
    expect(await as('a')('subscribe', { pattern: 'memory:///more-*' })).toMatchObject(refused)
    expect(await as('a')('subscribe', { pattern: 'memory:///0-*' })).toMatchObject({
      subscriptions: 50,
    })
    expect(await as('b')('subscribe', { pattern: 'memory:///more-*' })).toMatchObject({
      subscriptions: 1,
    })
  })

  it('if watching fails, and can be retried', async () => {
    let isBroken = true
    const watch = () => {
      if (isBroken) throw new Error('no more watches')
      return () => {}
    }
    const { as } = start([{ ...memoryResources(), watch }])
    expect(await as('a')('subscribe', { resource: 'memory:///a' })).toMatchObject({
      code: 'internal',
    })
    isBroken = false
    expect(await as('a')('subscribe', { resource: 'memory:///a' })).toMatchObject({
      subscriptions: 1,
    })
  })
})

describe('watching', () => {
  it('lasts as long as there is a subscription', async () => {
    const stop = vi.fn<() => void>()
    const watch = vi.fn<(options: WatchOptions) => () => void>(() => stop)
    const { server, as } = start([{ ...memoryResources(), watch }])
    expect(watch).not.toHaveBeenCalled()
    await as('a')('subscribe', { resource: 'memory:///a' })
    await as('b')('subscribe', { pattern: 'memory:///**' })
    expect(watch).toHaveBeenCalledTimes(1)
    await as('a')('unsubscribe')
    expect(stop).not.toHaveBeenCalled()
    await server.sessionClosed('b')
    expect(stop).toHaveBeenCalledTimes(1)
    await as('a')('subscribe', { resource: 'memory:///a' })
    expect(watch).toHaveBeenCalledTimes(2)
    await server.close()
    expect(stop).toHaveBeenCalledTimes(2)
  })

  it('does not publish a write of the server again', async () => {
    let watched: WatchOptions | undefined
    const watch = (options: WatchOptions) => {
      watched = options
      return () => {}
    }
    const { as, updates } = start([{ ...memoryResources({ resources: [todo] }), watch }])
    const resource = 'memory:///todo.md'
    await as('a')('subscribe', { resource })
    const etag = etagOf(await as('a')('update', { resource, content: 'x' }))
    watched?.onChange({ uri: resource, change: 'updated', etag })
    watched?.onChange({ uri: resource, change: 'created', etag })
    await vi.waitFor(() => expect(updates()).toHaveLength(1))
    watched?.onChange({ uri: resource, change: 'updated', etag: 'from elsewhere' })
    await vi.waitFor(() => expect(updates()).toHaveLength(2))
  })
})

describe('resource-list-changed', () => {
  it('is emitted once for all changes within 100 ms', async () => {
    const clock = createManualClock(Date.now())
    const { as, listChanges } = start([memoryResources()], clock)
    for (const name of ['a', 'b', 'c']) {
      await as('s')('create', { resource: `memory:///${name}`, content: '' })
    }
    await as('s')('delete', { resource: 'memory:///a' })
    await as('s')('update', { resource: 'memory:///b', content: 'x' })
    clock.advance(99)
    expect(listChanges()).toEqual([])
    clock.advance(1)
    expect(listChanges()).toEqual([{ created: 3, deleted: 1 }])
    clock.advance(1000)
    await as('s')('delete', { resource: 'memory:///b' })
    clock.advance(100)
    expect(listChanges()).toEqual([
      { created: 3, deleted: 1 },
      { created: 0, deleted: 1 },
    ])
  })
})

describe('changes on disk', () => {
  let folder: TemporaryFolder
  beforeEach(async () => {
    folder = await createTemporaryFolder({ 'notes.md': 'one', 'sub/deep.md': 'one' })
    closers.push(() => folder.remove())
  })

  it('are published if another process made them', async () => {
    const { as, updates } = start([fileResources({ folder: folder.path, name: 'docs' })])
    await as('a')('subscribe', { resource: 'file:///docs/notes.md' })
    await as('b')('subscribe', { pattern: 'file:///docs/**/*.md' })
    await folder.write('notes.md', 'two')
    await folder.write('sub/new.md', 'new')
    await folder.write('sub/ignored.txt', 'new')
    await rm(join(folder.path, 'sub/deep.md'))
    await vi.waitFor(() => expect(updates()).toHaveLength(3), 5000)
    const stat = await as('a')('stat', { resource: 'file:///docs/notes.md' })
    expect(updates()).toEqual(
      expect.arrayContaining([
        { uri: 'file:///docs/notes.md', change: 'updated', etag: etagOf(stat), to: ['a', 'b'] },
        expect.objectContaining({ uri: 'file:///docs/sub/new.md', change: 'created', to: ['b'] }),
        { uri: 'file:///docs/sub/deep.md', change: 'deleted', to: ['b'] },
      ]),
    )
  })

  it('are published up to the last one, however fast they follow', async () => {
    const { as, updates } = start([fileResources({ folder: folder.path })])
    const resource = 'file:///notes.md'
    await as('a')('subscribe', { resource })
    for (let length = 1; length <= 30; length++) await folder.write('notes.md', 'x'.repeat(length))
    const etag = etagOf(await as('a')('stat', { resource }))
    await vi.waitFor(() => expect(updates().at(-1)).toMatchObject({ etag }), 5000)
  })

  it('are published once if the server made them', async () => {
    const { as, updates } = start([fileResources({ folder: folder.path, writable: true })])
    await as('a')('subscribe', { pattern: 'file:///**' })
    await as('a')('create', { resource: 'file:///made.md', content: 'made' })
    await as('a')('update', { resource: 'file:///notes.md', content: 'two' })
    await as('a')('delete', { resource: 'file:///sub/deep.md' })
    const made = ['file:///made.md', 'file:///notes.md', 'file:///sub/deep.md']
    expect(updates().map(({ uri }) => uri)).toEqual(made)
    // The watch reports the changes of the server before this change of another process.
    await folder.write('other.md', 'other')
    await vi.waitFor(() => expect(updates().length).toBeGreaterThan(3), 5000)
    await folder.write('last.md', 'last')
    await vi.waitFor(() => expect(updates().length).toBeGreaterThan(4), 5000)
    const others = ['file:///other.md', 'file:///last.md']
    expect(updates().map(({ uri }) => uri)).toEqual([...made, ...others])
  })
})

function etagOf(result: unknown): string {
  if (typeof result === 'object' && result !== null && 'etag' in result) return String(result.etag)
  return expect.fail(`The result has no etag: ${JSON.stringify(result)}`)
}

describe('a server with a store', () => {
  const resource = 'memory:///todo.md'
  let folder: TemporaryFolder
  beforeEach(async () => {
    folder = await createTemporaryFolder()
  })
  afterEach(() => folder.remove())

  function startWithStore() {
    const subscriptionStore = createFileSubscriptions(join(folder.path, 'subscriptions.jsonl'))
    return start([memoryResources({ resources: [todo] })], undefined, subscriptionStore)
  }

  it.each(['closed', 'killed'])('has its subscriptions again after it was %s', async (how) => {
    const first = startWithStore()
    for (const session of ['a', 'b', 'c']) await first.as(session)('subscribe', { resource })
    await first.as('a')('subscribe', { pattern: 'memory:///*.txt' })
    await first.as('b')('unsubscribe', { resource })
    await first.server.sessionClosed?.('c')
    if (how === 'closed') await first.server.close()
    const second = startWithStore()
    await second.as('d')('update', { resource, content: 'x' })
    await second.as('d')('create', { resource: 'memory:///new.txt', content: 'x' })
    await vi.waitFor(() => expect(second.updates()).toMatchObject([{ to: ['a'] }, { to: ['a'] }]))
    expect(await second.as('a')('unsubscribe')).toEqual({ ended: 2, subscriptions: 0 })
  })

  it('drops subscriptions to a provider that no longer exists', async () => {
    const first = startWithStore()
    await first.as('a')('subscribe', { resource })
    const subscriptionStore = createFileSubscriptions(join(folder.path, 'subscriptions.jsonl'))
    start([httpResources({ urls: [] })], undefined, subscriptionStore)
    expect(subscriptionStore.load()).toEqual([])
  })
})
