import fc from 'fast-check'
import { expect, it } from 'vitest'

import { formatTimestamp, parseTimestamp } from './timestamp.ts'

const moment = Date.UTC(2026, 10, 22, 6, 31, 10, 123)

it('formats milliseconds and Z', () => {
  expect(formatTimestamp(moment)).toBe('2026-11-22T06:31:10.123Z')
})

it.each([
  '2026-11-22T06:31:10.123Z',
  '2026-11-22T06:31:10.123',
  '2026-11-22 06:31:10.123',
  '2026-11-22T06:31:10.123456',
  '2026-11-22T06:31:10.123456789Z',
  '2026-11-22T08:31:10.123+02:00',
  '2026-11-22T08:31:10,123+0200',
  '2026-11-22t06:31:10.123z',
])('reads %s', (text) => {
  expect(parseTimestamp(text)).toBe(moment)
})

it.each([
  '',
  'yesterday',
  '2026-13-01T00:00:00Z',
  '2026-02-30T00:00:00Z',
  '2026-04-31T00:00:00Z',
  '2027-02-29T00:00:00Z',
  '2026-11-22T25:00:00Z',
  '22.11.2026',
  '1',
])('rejects %j', (text) => {
  expect(parseTimestamp(text)).toBeUndefined()
})

it('parses what it formatted', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 253_402_300_799_999 }), (milliseconds) => {
      expect(parseTimestamp(formatTimestamp(milliseconds))).toBe(milliseconds)
    }),
  )
})
