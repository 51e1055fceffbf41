import { expect, it } from 'vitest'

import * as api from './index.ts'

it('exports exactly these values', () => {
  expect(Object.keys(api).toSorted()).toEqual([
    'activeTrace',
    'durationBuckets',
    'inRequestSpan',
    'inSpan',
    'isTracing',
    'noMetrics',
    'openSpan',
  ])
})
