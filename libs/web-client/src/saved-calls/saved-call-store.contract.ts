import { afterEach, beforeEach, expect, it } from 'vitest'

import type { SavedCallStore } from './saved-call-store.ts'

/** An empty store to be tested. */
export interface SavedCallStoreUnderTest {
  readonly store: SavedCallStore
  cleanUp?(): Promise<void>
}

const add = (a: number) => ({
  type: 'tool-execution',
  payload: { tool: 'calculator', operation: 'add', params: { a, b: 3 } },
})

/** Defines tests for the behavior that every {@link SavedCallStore} must have. */
export function itIsASavedCallStore(create: () => Promise<SavedCallStoreUnderTest>): void {
  let tested: SavedCallStoreUnderTest
  let store: SavedCallStore
  beforeEach(async () => {
    tested = await create()
    store = tested.store
  })
  afterEach(() => tested.cleanUp?.())

  it('returns undefined for an unknown call, and false for its removal', async () => {
    expect(await store.read(undefined, 'sum')).toBeUndefined()
    expect(await store.remove(undefined, 'sum')).toBe(false)
    expect(await store.list(undefined)).toEqual({ calls: [], invalid: [] })
  })

  it('returns what was saved, sorted by name, and replaces it', async () => {
    await store.save(undefined, 'sum', { ...add(1), description: 'A sum' })
    await store.save(undefined, 'other', add(2))
    await store.save(undefined, 'sum', add(4))
    expect(await store.read(undefined, 'sum')).toEqual(add(4))
    expect((await store.list(undefined)).calls).toEqual([
      { name: 'other', ...add(2) },
      { name: 'sum', ...add(4) },
    ])
  })

  it('keeps the calls of each owner apart', async () => {
    for (const owner of [undefined, 'ada', 'Ada', 'a/da', '../ada']) {
      expect(await store.list(owner)).toEqual({ calls: [], invalid: [] })
      await store.save(owner, 'sum', add(1))
    }
    expect(await store.remove('ada', 'sum')).toBe(true)
    expect(await store.read('ada', 'sum')).toBeUndefined()
    expect(await store.read('Ada', 'sum')).toEqual(add(1))
    expect(await store.read(undefined, 'sum')).toEqual(add(1))
  })

  it('is not changed if a caller modifies a saved or returned object', async () => {
    const call = add(1)
    await store.save(undefined, 'sum', call)
    call.payload.params.a = 9
    Object.assign((await store.read(undefined, 'sum'))?.payload ?? {}, { tool: 'other' })
    expect(await store.read(undefined, 'sum')).toEqual(add(1))
  })

  it('keeps one of many concurrent versions as a whole', async () => {
    const versions = Array.from({ length: 20 }, (_, index) => add(index))
    await Promise.all(versions.map(async (call) => store.save(undefined, 'sum', call)))
    expect(versions).toContainEqual(await store.read(undefined, 'sum'))
  })
}
