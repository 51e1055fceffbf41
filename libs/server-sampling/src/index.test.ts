import { expect, it } from 'vitest'

import * as serverSampling from './index.ts'

it('exports these names and no others', () => {
  expect(Object.keys(serverSampling).toSorted()).toEqual(['samplingServer'])
})
