import { createManualClock } from '@mcp/protocol/testing'
import { expect, it } from 'vitest'

import type { Listing } from './list-catalogue.ts'
import { createLiveCatalogue } from './live-catalogue.ts'
import { createMemoryCatalogueStore } from './memory-catalogue-store.ts'

const listing = (...names: string[]): Listing => ({
  era: 'legacy',
  capabilities: {},
  tools: names.map((name) => ({ name })),
  prompts: [],
  resources: [],
  resourceTemplates: [],
})

function create(store = createMemoryCatalogueStore(), digest = 'd') {
  const clock = createManualClock()
  const changes: number[] = []
  const errors: unknown[] = []
  const catalogue = createLiveCatalogue({
    name: 'a',
    digest: Promise.resolve(digest),
    store,
    clock,
    onChange: () => changes.push(clock.now()),
    onError: (error) => errors.push(error),
  })
  return { catalogue, clock, changes, errors, store }
}

const namesOf = ({ catalogue }: ReturnType<typeof create>) =>
  catalogue.current()?.tools.map(({ name }) => name)

it('starts with the kept catalogue, unless the entry has changed', async () => {
  const first = create()
  expect(await first.catalogue.adopt(listing('x'))).toBe(true)
  expect(await first.catalogue.adopt(listing('x'))).toBe(false)

  const second = create(first.store)
  await second.catalogue.load()
  expect(namesOf(second)).toEqual(['x'])
  expect(second.catalogue.listedAt()).toBe(first.catalogue.listedAt())

  const changed = create(first.store, 'other')
  await changed.catalogue.load()
  expect(namesOf(changed)).toBeUndefined()
})

it('takes changes together, and lists at most once a second', async () => {
  const live = create()
  let lists = 0
  const list = async () => listing(`t${(lists += 1)}`)
  for (let index = 0; index < 10; index++) live.catalogue.refresh(list)
  await expect.poll(() => namesOf(live)).toEqual(['t1'])
  for (let index = 0; index < 10; index++) live.catalogue.refresh(list)
  live.clock.advance(999)
  expect(lists).toBe(1)
  live.clock.advance(1)
  await expect.poll(() => namesOf(live)).toEqual(['t2'])
  live.clock.advance(10_000)
  expect([lists, live.changes.length]).toEqual([2, 2])
})

it('reports an announced change although the list is the same', async () => {
  const live = create()
  await live.catalogue.adopt(listing('x'))
  live.clock.advance(1000)
  let lists = 0
  const list = async () => {
    lists += 1
    return listing('x')
  }
  live.catalogue.refresh(list)
  await expect.poll(() => lists).toBe(1)
  live.clock.advance(1000)
  live.catalogue.refresh(list, { isAnnounced: true })
  await expect.poll(() => live.changes).toEqual([live.clock.now()])
  expect(lists).toBe(2)
})

it('reports a list that failed, and lists again at the next change', async () => {
  const live = create()
  live.catalogue.refresh(() => Promise.reject(new Error('broken')))
  await expect.poll(() => live.errors).toEqual([new Error('broken')])
  live.catalogue.refresh(async () => listing('x'))
  live.clock.advance(1000)
  await expect.poll(() => namesOf(live)).toEqual(['x'])
})

it('reports an announced change with the next list if its list failed', async () => {
  const live = create()
  await live.catalogue.adopt(listing('x'))
  live.clock.advance(1000)
  live.catalogue.refresh(() => Promise.reject(new Error('broken')), { isAnnounced: true })
  await expect.poll(() => live.errors).toHaveLength(1)
  live.catalogue.refresh(async () => listing('x'))
  live.clock.advance(1000)
  await expect.poll(() => live.changes).toHaveLength(1)
})

it('remembers that the server sends requests of its own', async () => {
  const live = create()
  await live.catalogue.adopt(listing('x'))
  live.catalogue.markAsking()
  await live.catalogue.adopt(listing('y'))
  const next = create(live.store)
  await next.catalogue.load()
  expect(next.catalogue.current()?.asksClients).toBe(true)
})
