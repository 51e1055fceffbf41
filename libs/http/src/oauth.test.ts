import { expect, it } from 'vitest'

import * as api from './oauth.ts'

it('exports exactly these values', () => {
  expect(Object.keys(api).toSorted()).toEqual([
    'createAuthorization',
    'jwtAuthentication',
    'metadataPath',
  ])
})
