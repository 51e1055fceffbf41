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

import type { SessionInfo } from '../session/session.ts'

// Checked by hand, not by the protocol's schemas: those would bring all of zod into a browser.

/** The error for an answer that is not what it should be. */
export function nonsense(from: string, expected: string, cause?: unknown): McpError {
  return new McpError('upstream-error', `${from} did not answer with ${expected}.`, { cause })
}

/** The value a text holds that should be JSON. */
export function readJson(text: string, from: string): unknown {
  try {
    return parseJson(text)
  } catch (cause) {
    throw nonsense(from, 'JSON', cause)
  }
}

/**
 * The answer to the request with that id.
 *
 * @throws McpError what the answer says where it is an error.
 */
export function readResponse(value: unknown, requestId: string, from: string): SuccessResponse {
  const { id, timestamp, status, data, error, metadata } = isRecord(value) ? value : {}
  if (status === 'error') throw McpError.fromBody(error)
  if (status !== 'success' || !isRecord(data) || id !== requestId) {
    throw nonsense(from, 'the response to the request')
  }
  return { id: requestId, ...common(timestamp, metadata), status, data }
}

/** A notification, as the event of a stream carries it. */
export function readNotification(value: unknown, from: string): NotificationEnvelope {
  if (!isRecord(value) || typeof value['type'] !== 'string') {
    throw nonsense(from, 'a notification')
  }
  const { id, timestamp, type, data, metadata } = value
  return {
    id: typeof id === 'string' ? id : createId('ntf'),
    ...common(timestamp, metadata),
    type,
    data: isRecord(data) ? data : {},
  }
}

/** Whether the data of a `progress` event says how far a request has come. */
export function isProgress(data: unknown): data is Progress {
  return isRecord(data) && typeof data['progress'] === 'number'
}

function common(timestamp: unknown, metadata: unknown) {
  return {
    timestamp: typeof timestamp === 'string' ? timestamp : formatTimestamp(),
    metadata: { version: protocolVersion, source: 'unknown', ...(isRecord(metadata) && metadata) },
  }
}

/** The value, if it is what it should be. */
export function check<Value>(
  value: unknown,
  is: (value: unknown) => value is Value,
  from: string,
  expected: string,
): Value {
  if (is(value)) return value
  throw nonsense(from, expected)
}

/** Whether it is what the session manager says of a session. */
export function isSessionInfo(value: unknown): value is SessionInfo {
  return isRecord(value) && typeof value['sessionId'] === 'string'
}

/** Whether it is the answer of `GET /servers`. */
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

/** The error an HTTP answer stands for, with how long it asks to wait as `details.retryAfterMs`. */
export function readFailure(
  { status, headers }: Response,
  text: string,
  { from, now }: { readonly from: string; readonly now: number },
): McpError {
  const error = toError(status, text, from)
  const retryAfterMs = readRetryAfter(headers.get('retry-after'), now)
  if (retryAfterMs === undefined || error.details?.['retryAfterMs'] !== undefined) return error
  const { code, message, retryable, details } = error
  return new McpError(code, message, { retryable, details: { ...details, retryAfterMs } })
}

function toError(status: number, text: string, from: string): McpError {
  const error = bodyError(text)
  if (isErrorBody(error)) return McpError.fromBody(error)
  // What a proxy says while the session manager behind it restarts; an id makes repeating safe.
  const passing = status === 429 || (status >= 502 && status <= 504)
  return new McpError(
    passing ? 'unavailable' : 'upstream-error',
    `${from} answered ${status} without saying what is wrong.`,
    { details: { status } },
  )
}

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
