import type { JsonValue } from '../sql-value.ts'
import { parseExactJson } from '../../statements/exact-json.ts'
import type { ArrayFormat } from './pg-array-param.ts'
import { parsePgArray } from './pg-array.ts'

type ReadText = (text: string) => JsonValue

const int8: ReadText = (text) => {
  const value = Number(text)
  return Number.isSafeInteger(value) ? value : text
}

const float: ReadText = (text) => {
  const value = Number(text)
  return Number.isFinite(value) ? value : text
}

const bytea: ReadText = (text) =>
  text.startsWith('\\x') ? Buffer.from(text.slice(2), 'hex').toString('base64') : text

// Converts `2026-01-02 03:04:05.123456+00`. Years BC and `infinity` have no ISO form and remain unchanged.
const timestamp: ReadText = (text) => {
  const parts = /^(\d{4,6}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)([+-]\d\d(?::\d\d)?)?$/.exec(text)
  if (parts === null) return text
  const [, date, time, offset = ''] = parts
  return `${date}T${time}${isoOffset(offset)}`
}

function isoOffset(offset: string): string {
  if (offset === '+00') return 'Z'
  return offset.length === 3 ? `${offset}:00` : offset
}

const asNumber: ReadText = Number
const asText: ReadText = (text) => text
const asJson: ReadText = (text) => parseExactJson(text)

/** Built-in types with their name, array type, and parser of the text format. */
const builtinTypes: readonly (readonly [
  oid: number,
  name: string,
  arrayOid: number,
  read: ReadText,
])[] = [
  [16, 'bool', 1000, (text) => text === 't'],
  [17, 'bytea', 1001, bytea],
  [18, 'char', 1002, asText],
  [19, 'name', 1003, asText],
  [20, 'int8', 1016, int8],
  [21, 'int2', 1005, asNumber],
  [23, 'int4', 1007, asNumber],
  [25, 'text', 1009, asText],
  [26, 'oid', 1028, asNumber],
  [114, 'json', 199, asJson],
  [700, 'float4', 1021, float],
  [701, 'float8', 1022, float],
  [1042, 'bpchar', 1014, asText],
  [1043, 'varchar', 1015, asText],
  [1082, 'date', 1182, asText],
  [1083, 'time', 1183, asText],
  [1114, 'timestamp', 1115, timestamp],
  [1184, 'timestamptz', 1185, timestamp],
  [1186, 'interval', 1187, asText],
  [1266, 'timetz', 1270, asText],
  [1700, 'numeric', 1231, asText],
  [2278, 'void', 0, asText],
  [2950, 'uuid', 2951, asText],
  [3802, 'jsonb', 3807, asJson],
]

const names = new Map<number, string>()
const readers = new Map<number, ReadText>()
const arrayFormats = new Map<number, ArrayFormat>()
for (const [oid, name, arrayOid, read] of builtinTypes) {
  names.set(oid, name)
  readers.set(oid, read)
  if (arrayOid === 0) continue
  names.set(arrayOid, `${name}[]`)
  readers.set(arrayOid, (text) => parsePgArray(text, read))
  arrayFormats.set(arrayOid, { delimiter: ',', isJson: read === asJson })
}

/** Returns the name of a built-in type, or undefined for another type. */
export function builtinTypeName(oid: number): string | undefined {
  return names.get(oid)
}

/** Returns the format of a built-in array type, or undefined for another type. */
export function builtinArrayFormat(oid: number): ArrayFormat | undefined {
  return arrayFormats.get(oid)
}

/** Converts a value in PostgreSQL's text format to an exact JSON value. */
export function readPgValue(oid: number, text: string | null): JsonValue {
  if (text === null) return null
  const read = readers.get(oid)
  return read === undefined ? text : read(text)
}
