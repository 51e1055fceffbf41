import type { NotificationEnvelope, Progress, ServerListing, SuccessResponse } from '@mcp/protocol'
import { createId, formatTimestamp, isRecord, McpError, protocolVersion } from '@mcp/protocol/light'

import type { SessionInfo } from '../session/session-info.ts'
import { invalidResponse } from './failures.ts'

// Responses are validated without the protocol's schemas, because the schemas would add all of zod to
// a browser bundle.

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

/** Whether a value is the description of a session. */
export function isSessionInfo(value: unknown): value is SessionInfo {
  return isRecord(value) && typeof value['sessionId'] === 'string'
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
