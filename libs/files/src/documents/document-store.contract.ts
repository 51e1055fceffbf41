import { isRecord } from '@mcp/protocol'
import { expect, it, onTestFinished } from 'vitest'

import type { DocumentStore } from './document-store.ts'

/** Two stores on one new backend, as two processes have them. */
export interface DocumentStoresUnderTest {
  readonly stores: readonly [DocumentStore, DocumentStore]
  readonly close?: () => Promise<void> | void
}

/**
 * Verifies the behaviour of every `DocumentStore`. Call it inside a `describe`.
 *
 * @example
 * itIsADocumentStore(() => {
 *   const store = createMemoryDocumentStore()
 *   return { stores: [store, store] }
 * })
 */
export function itIsADocumentStore(
  open: () => Promise<DocumentStoresUnderTest> | DocumentStoresUnderTest,
): void {
  async function openTwo() {
    const { stores, close } = await open()
    onTestFinished(() => close?.())
    return stores
  }

  const put = (store: DocumentStore, name: string, document: unknown) =>
    store.change(name, () => document)

  it('returns the document that was last written, also by the other store', async () => {
    const [here, there] = await openTwo()
    await put(here, 'a', { count: 1 })
    await put(there, 'a', { count: 2, list: ['ä "x"'] })
    expect(await here.read('a')).toEqual({ count: 2, list: ['ä "x"'] })
    expect(await there.read('a')).toEqual({ count: 2, list: ['ä "x"'] })
  })

  it('returns undefined for an unknown name, and passes it to a change', async () => {
    const [store] = await openTwo()
    expect(await store.read('a')).toBeUndefined()
    await store.change('a', (current) => ({ wasUnknown: current === undefined }))
    expect(await store.read('a')).toEqual({ wasUnknown: true })
  })

  it('keeps the documents of different names apart', async () => {
    const [store] = await openTwo()
    const names = ['a', 'A', '../a', '__proto__', '{a}', 'ä', '']
    for (const name of names) await put(store, name, { name })
    for (const name of names) expect(await store.read(name)).toEqual({ name })
  })

  it('does not change a document with the object that was written', async () => {
    const [store] = await openTwo()
    const document = { count: 1 }
    await put(store, 'a', document)
    document.count = 2
    expect(await store.read('a')).toEqual({ count: 1 })
  })

  it('deletes a document, also twice', async () => {
    const [here, there] = await openTwo()
    await put(here, 'a', { count: 1 })
    await put(there, 'a', undefined)
    await put(here, 'a', undefined)
    expect(await here.read('a')).toBeUndefined()
    await put(here, 'a', { count: 2 })
    expect(await there.read('a')).toEqual({ count: 2 })
  })

  it('changes nothing if the change throws', async () => {
    const [store] = await openTwo()
    await put(store, 'a', { count: 1 })
    const refused = store.change('a', () => {
      throw new Error('refused')
    })
    await expect(refused).rejects.toThrow('refused')
    expect(await store.read('a')).toEqual({ count: 1 })
  })

  it('loses none of the concurrent changes of both stores', async () => {
    const stores = await openTwo()
    const numbers = Array.from({ length: 40 }, (_, index) => index)
    await Promise.all(
      numbers.map((number) =>
        stores[number % 2 === 0 ? 0 : 1].change('a', (current) => ({
          numbers: [...numbersOf(current), number],
        })),
      ),
    )
    const written = numbersOf(await stores[0].read('a'))
    expect(written.toSorted((a, b) => a - b)).toEqual(numbers)
  })

  it('runs the tasks of a name one after the other, in both stores', async () => {
    const stores = await openTwo()
    let running = 0
    const counts = await Promise.all(
      Array.from({ length: 6 }, (_, index) =>
        stores[index % 2 === 0 ? 0 : 1].exclusively('a', async () => {
          running++
          // Further round trips, during which a task that does not wait would start.
          for (let count = 0; count < 5; count++) await stores[1].read('a')
          await stores[0].change('a', (current) => ({ numbers: [...numbersOf(current), index] }))
          return running--
        }),
      ),
    )
    expect(counts).toEqual([1, 1, 1, 1, 1, 1])
    expect(numbersOf(await stores[1].read('a'))).toHaveLength(6)
  })

  it('runs tasks of different names at the same time, and the next one after a failure', async () => {
    const [here, there] = await openTwo()
    const failed = here.exclusively('a', async () => {
      await there.exclusively('b', async () => {})
      throw new Error('failed')
    })
    await expect(failed).rejects.toThrow('failed')
    expect(await there.exclusively('a', async () => 'next')).toBe('next')
  })
}

function numbersOf(document: unknown): number[] {
  const numbers = isRecord(document) ? document['numbers'] : undefined
  return Array.isArray(numbers) ? numbers.map(Number) : []
}
