import { expect, it } from 'vitest'

import * as api from './index.ts'

it('exports its public API', () => {
  expect(Object.keys(api).toSorted()).toEqual(['createClient', 'toolTypes'])
})
