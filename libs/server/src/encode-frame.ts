import type { NotificationEnvelope } from '@mcp/protocol'
import { systemNotifications } from '@mcp/protocol'
import { encodeEvent } from '@mcp/http'

const encoder = new TextEncoder()

/** A notification as an event of a stream, in bytes that all its readers share. */
export function encodeNotification(
  notification: NotificationEnvelope,
  position: { readonly id?: string | undefined; readonly retryMs?: number | undefined } = {},
): Uint8Array {
  const data = JSON.stringify(notification)
  return encoder.encode(encodeEvent({ ...position, event: notification.type, data }))
}

/** The event that ends a request's stream. */
export function encodeResponse(json: string): Uint8Array {
  return encoder.encode(encodeEvent({ event: systemNotifications.response, data: json }))
}
