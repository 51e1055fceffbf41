import { expect, it } from 'vitest'

import * as api from './index.ts'
import * as rest from './rest.ts'

it('exports its public API', () => {
  expect(Object.keys(api).toSorted()).toEqual(['createClient', 'toolTypes'])
  expect(Object.keys(rest)).toEqual(['createRestClient'])
})
