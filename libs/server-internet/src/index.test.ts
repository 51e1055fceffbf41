import { expect, it } from 'vitest'

import * as index from './index.ts'

it('exports these names and no others', () => {
  expect(Object.keys(index)).toEqual(['internetServer'])
})
