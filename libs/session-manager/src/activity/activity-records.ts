import { systemNotifications } from '@mcp/protocol'
import type { NotificationEnvelope, ResponseEnvelope } from '@mcp/protocol'

import type { InFlightRequest } from '../requests/in-flight-requests.ts'
import type { IncomingRequest } from '../requests/incoming-request.ts'
import type { ActivityRecord } from './activity-entry.ts'
import { shareText } from './shared-texts.ts'

export function fillRequest(
  record: ActivityRecord,
  { request, operation }: InFlightRequest,
  { client, bytes, body }: IncomingRequest,
): void {
  record.id = request.id
  record.operation = operation
  if (operation === undefined) record.name = shareText(request.type)
  record.from = shareText(client?.info?.name ?? request.metadata.source)
  record.bytes = bytes ?? body?.byteLength
}

export function fillResponse(
  record: ActivityRecord,
  { request, operation, server, startedAt }: InFlightRequest,
  response: ResponseEnvelope,
): void {
  record.id = request.id
  record.server = server
  record.operation = operation
  if (operation === undefined) record.name = shareText(request.type)
  record.from = shareText(response.metadata.source)
  record.status = response.status === 'success' ? 'success' : response.error.code
  record.durationMs = record.at - startedAt
}

/** A notification without its content. An interaction is announced by a notification. */
export type NotificationFields = Pick<ActivityRecord, 'kind' | 'id' | 'name' | 'status' | 'from'>

export function describeNotification(notification: NotificationEnvelope): NotificationFields {
  const { id, type, data, metadata } = notification
  const from = metadata.source
  const status = statusOf(type, data)
  if (status === undefined) return { kind: 'notification', id, name: type, status, from }
  const { interactionId = id, kind = type } = data
  return { kind: 'interaction', id: String(interactionId), name: String(kind), status, from }
}

function statusOf(type: string, data: NotificationEnvelope['data']): string | undefined {
  if (type === systemNotifications.interactionRequired) return 'required'
  if (type !== systemNotifications.interactionResolved) return undefined
  return typeof data['action'] === 'string' ? data['action'] : 'resolved'
}
