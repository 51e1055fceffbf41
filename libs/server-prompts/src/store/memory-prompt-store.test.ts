import { describe } from 'vitest'

import { createMemoryPromptStore } from './memory-prompt-store.ts'
import { itIsAPromptStore } from './prompt-store.contract.ts'

describe('memory store', () => {
  itIsAPromptStore(async () => ({ store: createMemoryPromptStore() }))
})
