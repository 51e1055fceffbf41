import { expect, it } from 'vitest'

import * as api from './index.ts'

it('exports exactly these values', () => {
  expect(Object.keys(api).toSorted()).toEqual([
    'bearerAuthentication',
    'bodyTooLarge',
    'contextHeaders',
    'createBodyCollector',
    'createEventWriter',
    'createHeartbeats',
    'createServiceAuth',
    'createServiceSigner',
    'decodeClient',
    'decodeJsonBody',
    'encodeClient',
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
    'missingScopes',
    'openApi',
    'readBody',
    'readJson',
    'readOptionalJson',
    'readTrace',
    'runRoute',
    'serviceHeaders',
    'shortenSessionId',
    'toWebErrorResponse',
    'toWebResponse',
    'traceHeaders',
    'unauthenticated',
    'withoutCallerClaims',
  ])
})
