import { expect, it } from 'vitest'

import * as api from './index.ts'

it('exports the documented names', () => {
  expect(Object.keys(api).toSorted()).toEqual([
    'createFileConversationStore',
    'createFileStores',
    'openFileConversationExport',
    'openFileExport',
  ])
})
