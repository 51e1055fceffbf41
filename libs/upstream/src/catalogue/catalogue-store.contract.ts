import { expect, it } from 'vitest'

import type { CatalogueStore } from './catalogue-store.ts'

/** The behaviour of every {@link CatalogueStore}. Call it inside a `describe`. */
export function itIsACatalogueStore(createStore: () => CatalogueStore): void {
  it('returns the catalogue that was last written', async () => {
    const store = createStore()
    await store.write('a', { listedAt: 1, value: { tools: [] } })
    await store.write('a', { listedAt: 2, value: { tools: [{ name: 'x' }] } })
    expect(await store.read('a')).toEqual({ listedAt: 2, value: { tools: [{ name: 'x' }] } })
  })

  it('returns undefined for an unknown name', async () => {
    expect(await createStore().read('a')).toBeUndefined()
  })

  it('keeps the catalogues of different names apart', async () => {
    const store = createStore()
    await store.write('a', { listedAt: 1, value: 'a' })
    await store.write('A', { listedAt: 1, value: 'A' })
    await store.write('../a', { listedAt: 1, value: '../a' })
    expect((await store.read('a'))?.value).toBe('a')
    expect((await store.read('A'))?.value).toBe('A')
    expect((await store.read('../a'))?.value).toBe('../a')
  })

  it('deletes a catalogue, also twice', async () => {
    const store = createStore()
    await store.write('a', { listedAt: 1, value: 'a' })
    await store.delete('a')
    await store.delete('a')
    expect(await store.read('a')).toBeUndefined()
  })

  it('completes concurrent writes of one name', async () => {
    const store = createStore()
    await Promise.all(
      Array.from({ length: 20 }, (_, index) => store.write('a', { listedAt: index, value: index })),
    )
    expect(await store.read('a')).toEqual({ listedAt: 19, value: 19 })
  })
}
