import type { SQLInputValue, SQLOutputValue } from 'node:sqlite'

import type { JsonValue, SqlParam } from '../sql-value.ts'

/** Converts a value of SQLite to an exact JSON value. */
export function readSqliteValue(value: SQLOutputValue | undefined): JsonValue {
  if (value === undefined || value === null || typeof value === 'string') return value ?? null
  if (typeof value === 'bigint') {
    const number = Number(value)
    return Number.isSafeInteger(number) ? number : String(value)
  }
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')
}

/** Converts a param for SQLite. */
export function toSqliteValue(param: SqlParam): SQLInputValue {
  if (param === null || typeof param === 'string') return param
  if (typeof param === 'boolean') return param ? 1n : 0n
  // node:sqlite binds a number as a float, and `1 / ?` would then not be an integer.
  if (typeof param === 'number') return Number.isSafeInteger(param) ? BigInt(param) : param
  if ('base64' in param && typeof param.base64 === 'string') {
    return Buffer.from(param.base64, 'base64')
  }
  return JSON.stringify(param)
}

/** Returns the storage class of a value. A column that is an expression has no other type. */
export function storageClass(value: SQLOutputValue | undefined): string {
  if (typeof value === 'bigint') return 'INTEGER'
  if (typeof value === 'number') return 'REAL'
  if (typeof value === 'string') return 'TEXT'
  return value === null || value === undefined ? '' : 'BLOB'
}

/** Returns the approximate size of a row in a message, in bytes. */
export function sizeOf(values: readonly (SQLOutputValue | undefined)[]): number {
  let size = 0
  for (const value of values) {
    if (typeof value === 'string') size += Buffer.byteLength(value)
    else size += value instanceof Uint8Array ? value.byteLength : 8
  }
  return size
}
