import { describe } from 'vitest'

import { itIsADocumentStore } from './document-store.contract.ts'
import { createMemoryDocumentStore } from './memory-document-store.ts'

describe('memory document store', () => {
  itIsADocumentStore(createMemoryDocumentStore)
})
