import { isErrorBody, isRecord } from '@mcp/protocol'
import {
  assert,
  asyncProperty,
  constantFrom,
  dictionary,
  json,
  jsonValue,
  oneof,
  record,
  string,
  uint8Array,
} from 'fast-check'
import { expect, it } from 'vitest'

import { weather } from '../../examples/weather.ts'
import { defineServer } from '../define-server.ts'

const server = defineServer(
  weather,
  {
    forecast: ({ city, days }) => ({ city, highs: Array.from({ length: days }, () => 4) }),
    report: async () => ({ recorded: true }),
    cities: () => ['Oslo'],
  },
  { checkResults: true, onError: ({ cause }) => expect.fail(String(cause)) },
)

async function post(body: BodyInit, peer = { isLoopback: true }): Promise<void> {
  const response = await server.fetch(
    new Request('http://weather.test/process', {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
    }),
    peer,
  )
  const received: unknown = await response.json()
  const isSuccess =
    isRecord(received) && received['status'] === 'success' && response.status === 200
  const isClientError =
    isRecord(received) &&
    isErrorBody(received['error']) &&
    response.status >= 400 &&
    response.status < 500
  expect({ received, isExpected: isSuccess || isClientError }).toMatchObject({ isExpected: true })
}

const names = oneof(
  constantFrom('forecast', 'report', 'cities', 'readResult', '__proto__'),
  string(),
)

const payloads = record({
  operation: oneof(names, jsonValue()),
  city: jsonValue(),
  params: oneof(
    dictionary(constantFrom('days', 'level', 'city', 'resultRef', 'constructor'), jsonValue()),
    jsonValue(),
  ),
})

it('returns a JSON error with a 4xx status for any bytes', async () => {
  await assert(
    asyncProperty(uint8Array({ maxLength: 200 }), (bytes) => post(new Uint8Array(bytes))),
    { numRuns: 100 },
  )
})

it('returns a JSON success or 4xx error for any JSON', async () => {
  await assert(
    asyncProperty(json(), (body) => post(body)),
    { numRuns: 200 },
  )
})

it('returns a JSON success or 4xx error for any envelope', async () => {
  const envelopes = record(
    {
      id: oneof(string(), jsonValue()),
      timestamp: oneof(constantFrom('2026-11-22T06:31:10Z'), jsonValue()),
      type: oneof(constantFrom('weather-forecast', 'storm-report', 'constructor'), jsonValue()),
      payload: oneof({ weight: 4, arbitrary: payloads }, { weight: 1, arbitrary: jsonValue() }),
      metadata: jsonValue(),
    },
    { requiredKeys: ['type'] },
  )
  await assert(
    asyncProperty(envelopes, (envelope) => post(JSON.stringify(envelope))),
    { numRuns: 400 },
  )
})
