import { expect, it } from 'vitest'

import * as entry from './index.ts'

it('exports what the README lists', () => {
  expect(Object.keys(entry).toSorted()).toEqual([
    'fileResources',
    'httpResources',
    'memoryResources',
    'resourcesServer',
  ])
})
