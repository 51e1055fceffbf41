import { expect, it } from 'vitest'

import * as api from './index.ts'

it('exports these names', () => {
  expect(Object.keys(api).toSorted()).toEqual([
    'calculator',
    'dataTransformer',
    'textProcessor',
    'toolsServer',
  ])
})
