import { describe, expect, it } from 'vitest'

import { itIsADocumentStore } from './document-store.contract.ts'
import { createMemoryDocumentStore } from './memory-document-store.ts'
import { prefixDocuments } from './prefixed-documents.ts'

describe('prefixed document store', () => {
  itIsADocumentStore(() => {
    const store = createMemoryDocumentStore()
    return { stores: [prefixDocuments(store, 'a:'), prefixDocuments(store, 'a:')] }
  })

  it('keeps the documents of different prefixes apart', async () => {
    const store = createMemoryDocumentStore()
    await prefixDocuments(store, 'a:').change('name', () => 1)
    expect(await prefixDocuments(store, 'b:').read('name')).toBeUndefined()
    expect(await store.read('a:name')).toBe(1)
  })
})
