import { expect, it } from 'vitest'

import type { DocumentStore } from './document-store.ts'

/** The behaviour of every {@link DocumentStore}. Call it inside a `describe`. */
export function itIsADocumentStore(createStore: () => DocumentStore): void {
  it('returns the document that was last written', async () => {
    const store = createStore()
    await store.write('a', { count: 1 })
    await store.write('a', { count: 2, list: ['x'] })
    expect(await store.read('a')).toEqual({ count: 2, list: ['x'] })
  })

  it('returns undefined for an unknown name', async () => {
    expect(await createStore().read('a')).toBeUndefined()
  })

  it('keeps the documents of different names apart', async () => {
    const store = createStore()
    const names = ['a', 'A', '../a', '__proto__']
    for (const name of names) await store.write(name, { name })
    for (const name of names) expect(await store.read(name)).toEqual({ name })
  })

  it('does not change a document with the object that was written', async () => {
    const store = createStore()
    const document = { count: 1 }
    await store.write('a', document)
    document.count = 2
    expect(await store.read('a')).toEqual({ count: 1 })
  })

  it('deletes a document, also twice', async () => {
    const store = createStore()
    await store.write('a', { count: 1 })
    await store.delete('a')
    await store.delete('a')
    expect(await store.read('a')).toBeUndefined()
  })

  it('completes concurrent writes of one name in their order', async () => {
    const store = createStore()
    await Promise.all(Array.from({ length: 20 }, (_, index) => store.write('a', { index })))
    expect(await store.read('a')).toEqual({ index: 19 })
  })
}
