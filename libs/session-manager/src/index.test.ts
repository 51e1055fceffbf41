import { expect, it } from 'vitest'

import * as api from './index.ts'
import * as testing from './testing.ts'

it('exports the documented names', () => {
  expect(Object.keys(api).toSorted()).toEqual([
    'advanceNumbered',
    'assertNotificationSize',
    'bearerAuthentication',
    'countEventsOfPage',
    'createIndexedSession',
    'createMemoryStores',
    'createSessionIndex',
    'createSessionManager',
    'createSharedMemoryStores',
    'createSignalBus',
    'defaultStoreLimits',
    'entryOverheadBytes',
    'expiryOf',
    'invalidCursor',
    'isLive',
    'isResolution',
    'isStoreFailure',
    'limitReached',
    'maxSessionPageLength',
    'moveStores',
    'newEventsFrom',
    'numberedPage',
    'positionOfCursor',
    'restoreIndexedSession',
    'storeFailure',
    'sweepSliceMs',
  ])
})

it('exports the contract suites from ./testing', () => {
  expect(Object.keys(testing).toSorted()).toEqual([
    'itHonoursStoreLimits',
    'itImplementsStores',
    'itImportsStores',
    'itIsAResponseStore',
    'itIsASessionStore',
    'itIsASignalBus',
    'itIsAnEventStore',
    'itIsAnInteractionStore',
    'itSharesStores',
  ])
})
