import { expect, it } from 'vitest'

import * as api from './index.ts'
import * as testing from './testing.ts'

it('exports the documented names', () => {
  expect(Object.keys(api).toSorted()).toEqual([
    'bearerAuthentication',
    'createMemoryStores',
    'createSessionManager',
    'createSignalBus',
    'defaultStoreLimits',
    'expiryOf',
    'isLive',
  ])
})

it('exports the contract suites from ./testing', () => {
  expect(Object.keys(testing).toSorted()).toEqual([
    'itImplementsStores',
    'itIsAResponseStore',
    'itIsASessionStore',
    'itIsASignalBus',
    'itIsAnEventStore',
    'itIsAnInteractionStore',
  ])
})
