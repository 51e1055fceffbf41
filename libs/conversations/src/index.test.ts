import { expect, it } from 'vitest'

import * as api from './index.ts'
import * as testing from './testing.ts'

it('exports these names and no others', () => {
  expect(Object.keys(api).toSorted()).toEqual([
    'conversationChanged',
    'createConversations',
    'createMemoryConversationStore',
    'decodeCursor',
    'defaultConversationLimits',
    'encodeCursor',
    'moveConversations',
    'toMarkdown',
  ])
  expect(Object.keys(testing).toSorted()).toEqual(['itIsAConversationStore', 'itSharesRuns'])
})
