import { readFileSync } from 'node:fs'

import { expect, it } from 'vitest'

import * as api from './index.ts'

it('exports exactly these values', () => {
  expect(Object.keys(api).toSorted()).toEqual([
    'McpError',
    'callerKeyOf',
    'checkContract',
    'completeHints',
    'contentResult',
    'createId',
    'createNotification',
    'createRequest',
    'createResponse',
    'defaultLimits',
    'defaultTimeoutMs',
    'defineContract',
    'describeContract',
    'describeOperation',
    'didYouMean',
    'envelopeSchemas',
    'errorCodeInfo',
    'errorCodes',
    'formatTimestamp',
    'interactionContent',
    'interactionTimedOut',
    'isErrorBody',
    'isErrorCode',
    'isRecord',
    'isReservedType',
    'isSchema',
    'issuesOf',
    'keepsDigits',
    'logLevels',
    'matchesPattern',
    'maxTimeoutMs',
    'nearNames',
    'operation',
    'parseJson',
    'parseNotification',
    'parseRequest',
    'parseResponse',
    'parseTimestamp',
    'parseValue',
    'protocolVersion',
    'readResultName',
    'summarizeIssues',
    'systemClock',
    'systemNotifications',
    'toJsonSchema',
  ])
})

it('exports at most 96 names, types included', () => {
  const source = readFileSync(new URL('index.ts', import.meta.url), 'utf8')
  const lists = source.matchAll(/export (?:type )?\{([^}]*)\}/g)
  const names = Array.from(lists, ([, list = '']) => list.split(','))
    .flat()
    .filter((name) => name.trim() !== '')
  expect(names.length).toBeLessThanOrEqual(96)
})
