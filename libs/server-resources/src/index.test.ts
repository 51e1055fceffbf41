import { expect, it } from 'vitest'

import * as entry from './index.ts'

it('exports the public API', () => {
  expect(Object.keys(entry).toSorted()).toEqual([
    'createFileSubscriptions',
    'fileResources',
    'httpResources',
    'memoryResources',
    'resourcesServer',
  ])
})
