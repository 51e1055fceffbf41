import type { NotificationEnvelope, Progress, ServerListing, SuccessResponse } from '@mcp/protocol'
import {
  createId,
  formatTimestamp,
  isErrorBody,
  isRecord,
  McpError,
  parseJson,
  protocolVersion,
} from '@mcp/protocol'

// Responses are validated without the protocol's schemas, because the schemas would add all of zod to
// a browser bundle.

/** Creates the error for an unexpected response. `expected` completes "did not return …". */
export function invalidResponse(from: string, expected: string, cause?: unknown): McpError {
  return new McpError('upstream-error', `${from} did not return ${expected}.`, { cause })
}

/** Parses JSON. Throws `upstream-error` if the text is not valid. */
export function readJson(text: string, from: string): unknown {
  try {
    return parseJson(text)
  } catch (cause) {
    throw invalidResponse(from, 'JSON', cause)
  }
}

/**
 * Validates a response envelope and returns it if it is a success.
 *
 * @throws McpError the error of an error response; `upstream-error` if the envelope is invalid or has
 * the id of another request.
 */
export function readResponse(value: unknown, requestId: string, from: string): SuccessResponse {
  const { id, timestamp, status, data, error, metadata } = isRecord(value) ? value : {}
  if (status === 'error') throw McpError.fromBody(error)
  if (status !== 'success' || !isRecord(data) || id !== requestId) {
    throw invalidResponse(from, 'the response to the request')
  }
  return { id: requestId, ...common(timestamp, metadata), status, data }
}

/** Validates the notification in an event. Adds defaults for fields that the server omitted. */
export function readNotification(value: unknown, from: string): NotificationEnvelope {
  if (!isRecord(value) || typeof value['type'] !== 'string') {
    throw invalidResponse(from, 'a notification')
  }
  const { id, timestamp, type, data, metadata } = value
  return {
    id: typeof id === 'string' ? id : createId('ntf'),
    ...common(timestamp, metadata),
    type,
    data: isRecord(data) ? data : {},
  }
}

/** Whether the data of a `progress` event is valid. */
export function isProgress(data: unknown): data is Progress {
  return isRecord(data) && typeof data['progress'] === 'number'
}

function common(timestamp: unknown, metadata: unknown) {
  return {
    timestamp: typeof timestamp === 'string' ? timestamp : formatTimestamp(),
    metadata: { version: protocolVersion, source: 'unknown', ...(isRecord(metadata) && metadata) },
  }
}

/** Returns the value if the guard accepts it; otherwise throws `upstream-error`. */
export function expectValue<Value>(
  value: unknown,
  is: (value: unknown) => value is Value,
  from: string,
  expected: string,
): Value {
  if (is(value)) return value
  throw invalidResponse(from, expected)
}

/** Whether a value is the response of `GET /servers`. */
export function isServerList(value: unknown): value is { readonly servers: ServerListing[] } {
  return (
    isRecord(value) && Array.isArray(value['servers']) && value['servers'].every(isServerListing)
  )
}

function isServerListing(value: unknown): value is ServerListing {
  return (
    isRecord(value) &&
    typeof value['name'] === 'string' &&
    Array.isArray(value['operations']) &&
    isRecord(value['health'])
  )
}

/** Creates the error for an HTTP error response. `details.retryAfterMs` is set from `Retry-After`. */
export function readFailure(
  { status, headers }: Response,
  text: string,
  { from, now }: { readonly from: string; readonly now: number },
): McpError {
  const body = bodyError(text)
  const { code, message, retryable, details } = isErrorBody(body) ? body : statusError(status, from)
  const retryAfterMs = readRetryAfter(headers.get('retry-after'), now)
  return new McpError(code, message, {
    retryable,
    details: retryAfterMs === undefined ? details : { retryAfterMs, ...details },
  })
}

/** Creates the error for a response without an error of the session manager, such as that of a proxy. */
function statusError(status: number, from: string): McpError {
  // A proxy returns these statuses while the session manager restarts. A retry is safe, because it has
  // the same request id.
  const isTemporary = status === 429 || (status > 501 && status < 505)
  const code = isTemporary ? 'unavailable' : codesFrom401[status - 401]
  return new McpError(code ?? 'upstream-error', `${from} returned HTTP ${status}.`, {
    details: { status },
  })
}

/** Codes of the statuses 401 to 404. A list makes the bundle smaller than a record. */
const codesFrom401 = ['unauthenticated', undefined, 'forbidden', 'not-found'] as const

function bodyError(text: string): unknown {
  try {
    const body = parseJson(text)
    return isRecord(body) ? body['error'] : undefined
  } catch {
    return undefined
  }
}

function readRetryAfter(header: string | null, now: number): number | undefined {
  if (header === null) return undefined
  const seconds = Number(header)
  const ms = Number.isNaN(seconds) ? Date.parse(header) - now : seconds * 1000
  return ms >= 0 ? ms : undefined
}
