import { describe } from 'vitest'

import { itIsADocumentStore } from './document-store.contract.ts'
import { createMemoryDocumentStore } from './memory-document-store.ts'

describe('memory document store', () => {
  itIsADocumentStore(() => {
    const store = createMemoryDocumentStore()
    return { stores: [store, store] }
  })
})
