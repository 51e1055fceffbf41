import { expect, it } from 'vitest'

import * as guardedFetch from './guarded-fetch.ts'
import * as api from './index.ts'
import * as settings from './settings.ts'

it('exports these names', () => {
  expect(Object.keys(api).toSorted()).toEqual(['internetServer'])
  expect(Object.keys(guardedFetch)).toEqual(['createGuardedFetch'])
  expect(Object.keys(settings).toSorted()).toEqual([
    'guardedFetchOptions',
    'guardedFetchSettings',
    'internetOptions',
    'internetSettings',
  ])
})
