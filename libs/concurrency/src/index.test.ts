import { expect, it } from 'vitest'

import * as api from './index.ts'

it('exports exactly these values', () => {
  expect(Object.keys(api).toSorted()).toEqual([
    'abortable',
    'backoffMs',
    'chain',
    'createFairQueue',
    'createKeyedLock',
    'createLazy',
    'createListeners',
    'createRateLimiter',
    'createReplicaCalls',
    'createSemaphore',
    'createTimeSlice',
    'delay',
    'rateLimited',
    'takeAllowance',
  ])
})
