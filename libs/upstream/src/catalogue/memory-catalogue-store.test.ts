import { describe } from 'vitest'

import { itIsACatalogueStore } from './catalogue-store.contract.ts'
import { createMemoryCatalogueStore } from './memory-catalogue-store.ts'

describe('memory catalogue store', () => {
  itIsACatalogueStore(createMemoryCatalogueStore)
})
