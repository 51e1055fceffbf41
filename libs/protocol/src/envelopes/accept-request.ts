import type { EnvelopeMetadata, RequestEnvelope } from './envelopes.ts'
import { isRecord } from '../is-record.ts'
import { maxTimeoutMs } from '../limits.ts'

const printable = /^[\x20-\x7e]{1,128}$/
const kebab = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/
// Matches the timestamps of `createRequest`, and of Python's `isoformat()` without a time zone, except on
// the 29th of February. The schema checks the timestamps that do not match.
const plainTimestamp =
  /^\d{4}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,6})?Z?$/

/**
 * Returns the request if it is complete and certainly valid, or `undefined` if the schema must decide.
 * Most requests do not need the schema, which takes about a microsecond. A property test verifies that
 * this function accepts only requests that the schema accepts.
 */
export function acceptRequest(value: unknown): RequestEnvelope | undefined {
  if (!isRecord(value)) return undefined
  const { id, timestamp, type, payload, metadata } = value
  if (typeof id !== 'string' || !printable.test(id)) return undefined
  if (typeof type !== 'string' || type.length > 64 || !kebab.test(type)) return undefined
  if (typeof timestamp !== 'string' || !plainTimestamp.test(timestamp)) return undefined
  if (!isRecord(payload) || !isPlainMetadata(metadata)) return undefined
  return { id, timestamp, type, payload, metadata }
}

function isPlainMetadata(metadata: unknown): metadata is EnvelopeMetadata {
  // The schema drops the key `__proto__`, so the schema parses metadata with this key.
  if (!isRecord(metadata) || Object.hasOwn(metadata, '__proto__')) return false
  if (metadata['version'] !== '1.0') return false
  const { source, timeoutMs } = metadata
  if (typeof source !== 'string' || source.length === 0 || source.length > 128) return false
  if (timeoutMs !== undefined && !isTimeout(timeoutMs)) return false
  return (
    isAbsentOrShort(metadata['traceparent'], 256) &&
    isAbsentOrShort(metadata['tracestate'], 2048) &&
    isAbsentOrShort(metadata['sessionId'], 256) &&
    isAbsentOrShort(metadata['principal'], 1024)
  )
}

function isTimeout(value: unknown): boolean {
  return typeof value === 'number' && value > 0 && value <= maxTimeoutMs
}

function isAbsentOrShort(value: unknown, maxLength: number): boolean {
  return value === undefined || (typeof value === 'string' && value.length <= maxLength)
}
