import { systemNotifications } from '@mcp/protocol'
import type { NotificationEnvelope, ResponseEnvelope } from '@mcp/protocol'

import type { InFlightRequest } from '../requests/in-flight-requests.ts'
import type { IncomingRequest } from '../requests/incoming-request.ts'
import type { ActivityRecord } from './activity-entry.ts'

/** The fields that most records lack. */
export const emptyRecord = {
  seq: 0,
  server: undefined,
  operation: undefined,
  status: undefined,
  durationMs: undefined,
  bytes: undefined,
  preview: undefined,
} satisfies Partial<ActivityRecord>

// The two records of each request are literals, because copying the fields of another object takes longer.

export function recordRequest(
  { request, operation }: InFlightRequest,
  { client, bytes, body }: IncomingRequest,
  at: number,
): ActivityRecord {
  return {
    seq: 0,
    at,
    kind: 'request',
    id: request.id,
    server: undefined,
    operation,
    name: request.type,
    from: client?.info?.name ?? request.metadata.source,
    status: undefined,
    durationMs: undefined,
    bytes: bytes ?? body?.byteLength,
    content: request.payload,
    preview: undefined,
  }
}

export function recordResponse(
  request: ActivityRecord,
  response: ResponseEnvelope,
  at: number,
): ActivityRecord {
  const isSuccess = response.status === 'success'
  return {
    seq: 0,
    at,
    kind: 'response',
    id: request.id,
    server: request.server,
    operation: request.operation,
    name: request.name,
    from: response.metadata.source,
    status: isSuccess ? 'success' : response.error.code,
    durationMs: at - request.at,
    bytes: undefined,
    content: isSuccess ? response.data : response.error,
    preview: undefined,
  }
}

/** Creates the record of a notification. An interaction is announced by a notification. */
export function recordNotification(
  { id, type, data, metadata }: NotificationEnvelope,
  at: number,
): ActivityRecord {
  const shared = { ...emptyRecord, at, from: metadata.source, content: data }
  const status = statusOf(type, data)
  if (status === undefined) return { ...shared, kind: 'notification', id, name: type }
  const { interactionId = id, kind = type } = data
  return { ...shared, kind: 'interaction', id: String(interactionId), name: String(kind), status }
}

function statusOf(type: string, data: NotificationEnvelope['data']): string | undefined {
  if (type === systemNotifications.interactionRequired) return 'required'
  if (type !== systemNotifications.interactionResolved) return undefined
  return typeof data['action'] === 'string' ? data['action'] : 'resolved'
}
