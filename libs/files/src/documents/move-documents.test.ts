import { describe, expect, it } from 'vitest'

import { createMemoryDocumentStore } from './memory-document-store.ts'
import { moveDocuments } from './move-documents.ts'
import { createSealedDocuments } from './sealed-documents.ts'

const { signal } = new AbortController()
const documents = [
  { name: 'a', document: { count: 1, absent: undefined } },
  { name: 'b', document: [['x', { type: 'y' }]] },
]

describe('moveDocuments', () => {
  it('copies all documents, and writes none again that the target has', async () => {
    const store = createMemoryDocumentStore()
    const target = createSealedDocuments(store, 's'.repeat(32))
    const moved = { documents: 2, changed: [] }
    expect(await moveDocuments({ documents, target, signal })).toEqual(moved)
    expect(await target.read('a')).toEqual({ count: 1 })
    expect(await target.read('b')).toEqual([['x', { type: 'y' }]])
    // Each write of a sealed document has another text.
    const texts = [await store.read('a'), await store.read('b')]
    for (const replace of [false, true]) {
      expect(await moveDocuments({ documents, target, replace, signal })).toEqual(moved)
    }
    expect([await store.read('a'), await store.read('b')]).toEqual(texts)
  })

  it('leaves out documents of which the target has another state, unless it replaces them', async () => {
    const target = createMemoryDocumentStore()
    await target.change('a', () => ({ count: 2 }))
    const moved = { documents: 1, changed: ['a'] }
    expect(await moveDocuments({ documents, target, signal })).toEqual(moved)
    expect(await target.read('a')).toEqual({ count: 2 })
    await moveDocuments({ documents, target, replace: true, signal })
    expect(await target.read('a')).toEqual({ count: 1 })
  })

  it('counts without changing anything', async () => {
    const target = createMemoryDocumentStore()
    await target.change('a', () => ({ count: 2 }))
    const dry = { documents, target, dryRun: true, signal }
    expect(await moveDocuments(dry)).toEqual({ documents: 1, changed: ['a'] })
    expect(await moveDocuments({ ...dry, replace: true })).toEqual({ documents: 2, changed: [] })
    expect([await target.read('a'), await target.read('b')]).toEqual([{ count: 2 }, undefined])
  })

  it('overwrites no change of another process that comes between, and reports the difference', async () => {
    const store = createMemoryDocumentStore()
    let reads = 0
    const target = {
      ...store,
      async read(name: string) {
        const found = await store.read(name)
        if (reads++ === 0) await store.change(name, () => ({ count: 3 }))
        return found
      },
    }
    await expect(moveDocuments({ documents, target, signal })).rejects.toMatchObject({
      code: 'internal',
      message: 'The target differs from the source in the document "a".',
    })
    expect(await store.read('a')).toEqual({ count: 3 })
  })

  it('stops if it is aborted', async () => {
    const target = createMemoryDocumentStore()
    const aborted = moveDocuments({ documents, target, signal: AbortSignal.abort('stopped') })
    await expect(aborted).rejects.toBe('stopped')
    expect(await target.read('a')).toBeUndefined()
  })
})
