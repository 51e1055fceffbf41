import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { builtinTypeName, readPgValue } from './pg-value.ts'

const oids = { bool: 16, bytea: 17, int8: 20, float8: 701, date: 1082, numeric: 1700, json: 3802 }

describe('a value of PostgreSQL', () => {
  it.each([
    [oids.bool, 't', true],
    [oids.bytea, '\\x000102', 'AAEC'],
    [oids.int8, '42', 42],
    [oids.int8, '9007199254740993', '9007199254740993'],
    [oids.float8, '0.1', 0.1],
    [oids.float8, 'NaN', 'NaN'],
    [oids.float8, '-Infinity', '-Infinity'],
    [oids.numeric, '0.10', '0.10'],
    [oids.date, '2026-01-02', '2026-01-02'],
    [
      oids.json,
      '{"big": 12345678901234567890, "a": [1.5]}',
      { big: '12345678901234567890', a: [1.5] },
    ],
    [1114, '2026-01-02 03:04:05.123456', '2026-01-02T03:04:05.123456'],
    [1184, '2026-01-02 03:04:05+00', '2026-01-02T03:04:05Z'],
    [1184, '2026-01-02 03:04:05.5+05:30', '2026-01-02T03:04:05.5+05:30'],
    [1184, '2026-01-02 03:04:05-08', '2026-01-02T03:04:05-08:00'],
    [1184, 'infinity', 'infinity'],
    [1184, '0044-03-15 00:00:00+00 BC', '0044-03-15 00:00:00+00 BC'],
    [99_999, 'whatever', 'whatever'],
  ])('of type %i, written %s, is %j', (oid, text, value) => {
    expect(readPgValue(oid, text)).toEqual(value)
  })

  it('is null for a null value', () => {
    expect(readPgValue(oids.int8, null)).toBeNull()
  })

  it.each([
    [1007, '{}', []],
    [1007, '{1,NULL,3}', [1, null, 3]],
    [1007, '[2:3]={1,2}', [1, 2]],
    [
      1007,
      '{{1,2},{3,4}}',
      [
        [1, 2],
        [3, 4],
      ],
    ],
    [1009, '{"a \\"b\\"","NULL","c,d",e\\\\}', ['a "b"', 'NULL', 'c,d', 'e\\\\']],
    [1016, '{9007199254740993}', ['9007199254740993']],
  ])('that is an array of type %i, written %s, is %j', (oid, text, value) => {
    expect(readPgValue(oid, text)).toEqual(value)
  })

  it('that is an array of texts keeps each of them, whatever is in it', () => {
    const quote = (text: string) => `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`
    fc.assert(
      fc.property(fc.array(fc.string()), (texts) => {
        expect(readPgValue(1009, `{${texts.map(quote).join(',')}}`)).toEqual(texts)
      }),
    )
  })

  it('has the name of its type, also as an array', () => {
    expect([builtinTypeName(20), builtinTypeName(1016), builtinTypeName(1)]).toEqual([
      'int8',
      'int8[]',
      undefined,
    ])
  })
})
