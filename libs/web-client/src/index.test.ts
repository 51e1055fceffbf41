import { expect, it } from 'vitest'

import * as api from './index.ts'

it('exports these names and no others', () => {
  expect(Object.keys(api).toSorted()).toEqual([
    'callerOfOwner',
    'createDocumentSavedCalls',
    'createFolderSavedCalls',
    'createWebClient',
    'readSavedCalls',
  ])
})
