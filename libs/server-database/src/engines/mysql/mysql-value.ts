import type { ExecuteValues } from 'mysql2'
import mysql from 'mysql2'

import type { Column, JsonValue, SqlParam } from '../sql-value.ts'
import { parseExactJson } from '../../statements/exact-json.ts'

/** The fields of a column definition that this module uses. Other fields differ between servers. */
export interface MysqlField {
  readonly name: string
  readonly columnType?: number | undefined
  readonly characterSet?: number | undefined
  readonly flags: number | readonly string[]
  readonly extendedFormat?: string | undefined
  readonly extendedTypeName?: string | undefined
}

const binaryCharset = 63
const flagsOf = { unsigned: 32, enum: 256, set: 2048 }

/** Names of MySQL's types by their number in the protocol. A text type and its byte type share a number. */
const names: ReadonlyMap<number, string | readonly [text: string, bytes: string]> = new Map<
  number,
  string | readonly [string, string]
>([
  [0, 'decimal'],
  [1, 'tinyint'],
  [2, 'smallint'],
  [3, 'int'],
  [4, 'float'],
  [5, 'double'],
  [6, 'null'],
  [7, 'timestamp'],
  [8, 'bigint'],
  [9, 'mediumint'],
  [10, 'date'],
  [11, 'time'],
  [12, 'datetime'],
  [13, 'year'],
  [14, 'date'],
  [15, ['varchar', 'varbinary']],
  [16, 'bit'],
  [242, 'vector'],
  [245, 'json'],
  [246, 'decimal'],
  [247, 'enum'],
  [248, 'set'],
  [249, ['tinytext', 'tinyblob']],
  [250, ['mediumtext', 'mediumblob']],
  [251, ['longtext', 'longblob']],
  [252, ['text', 'blob']],
  [253, ['varchar', 'varbinary']],
  [254, ['char', 'binary']],
  [255, 'geometry'],
])

/** Converts the definition of a column. */
export function toColumn(field: MysqlField): Column {
  return { name: field.name, type: typeOf(field) }
}

function typeOf(field: MysqlField): string {
  const { columnType = -1, characterSet, extendedFormat, extendedTypeName } = field
  if (extendedFormat === 'json') return 'json'
  if (extendedTypeName !== undefined) return extendedTypeName
  if (hasFlag(field, flagsOf.enum)) return 'enum'
  if (hasFlag(field, flagsOf.set)) return 'set'
  const name = names.get(columnType) ?? ''
  if (typeof name !== 'string') return name[characterSet === binaryCharset ? 1 : 0]
  const isUnsigned = hasFlag(field, flagsOf.unsigned) && name.endsWith('int')
  return isUnsigned ? `${name} unsigned` : name
}

const hasFlag = ({ flags }: MysqlField, flag: number): boolean =>
  typeof flags === 'number' && (flags & flag) !== 0

/** Converts a value of `mysql2` to an exact JSON value. */
export function readMysqlValue(field: MysqlField, value: unknown): JsonValue {
  if (value === null || value === undefined) return null
  const type = typeOf(field)
  if (Buffer.isBuffer(value)) return type === 'bit' ? bits(value) : value.toString('base64')
  if (typeof value === 'number') return type === 'float' ? roundFloat(value) : value
  if (typeof value === 'string') return readText(type, value)
  // A geometry or a vector consists of arrays and objects of numbers.
  return parseExactJson(JSON.stringify(value))
}

function readText(type: string, text: string): JsonValue {
  if (type === 'json') return parseExactJson(text)
  if (type === 'datetime') return text.replace(' ', 'T')
  // The session's time zone is UTC.
  return type === 'timestamp' ? `${text.replace(' ', 'T')}Z` : text
}

function bits(bytes: Buffer): JsonValue {
  const value = BigInt(`0x${bytes.toString('hex') || '0'}`)
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value.toString()
}

/** Returns the shortest number for the same float. mysql2 returns 0.10000000149011612 for 0.1. */
function roundFloat(value: number): number {
  for (let digits = 6; digits < 9; digits += 1) {
    const rounded = Number(value.toPrecision(digits))
    if (Math.fround(rounded) === value) return rounded
  }
  return value
}

/** Converts a param for `mysql2`. */
export function toMysqlParam(param: SqlParam): ExecuteValues {
  if (typeof param !== 'object' || param === null) {
    // mysql2 sends a number without a type as a float, which LIMIT refuses.
    return Number.isSafeInteger(param) ? mysql.TypedParameter.BIGINT(param) : param
  }
  if ('base64' in param && typeof param.base64 === 'string') {
    return Buffer.from(param.base64, 'base64')
  }
  return JSON.stringify(param)
}
