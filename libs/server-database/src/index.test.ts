import { expect, it } from 'vitest'

import * as door from './index.ts'

it('exports these names', () => {
  expect(Object.keys(door)).toEqual(['databaseServer'])
})
