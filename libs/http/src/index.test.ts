import { expect, it } from 'vitest'

import * as api from './index.ts'

it('exports exactly these values', () => {
  expect(Object.keys(api).toSorted()).toEqual([
    'bodyTooLarge',
    'contextHeaders',
    'createEventWriter',
    'createHeartbeats',
    'createServiceAuth',
    'decodeJsonBody',
    'encodeEvent',
    'encodeEvents',
    'encodeNotification',
    'envelopeResponse',
    'errorResponse',
    'eventStreamHeaders',
    'handleFetch',
    'heartbeat',
    'isSameSecret',
    'joinBytes',
    'jsonResponse',
    'readBody',
    'readJson',
    'shortenSessionId',
    'toWebErrorResponse',
    'toWebResponse',
    'withoutCallerClaims',
  ])
})
