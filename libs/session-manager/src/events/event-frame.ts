import { encodeEvent } from '@mcp/http'
import type { NotificationEnvelope } from '@mcp/protocol'

import type { StoredEvent } from '../store/event-store.ts'

const encoder = new TextEncoder()

/** What every event stream is sent with. */
export const eventStreamHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  // Asks nginx not to hold events back.
  'x-accel-buffering': 'no',
} as const

/** Events of a log as bytes, the same for every reader. */
export function frameEvents(events: readonly StoredEvent[]): Uint8Array {
  let text = ''
  for (const { position, type, data } of events) {
    text += encodeEvent({ id: String(position), event: type, data })
  }
  return encoder.encode(text)
}

/** A notification that is in no log, as bytes. An id makes it a place to resume from. */
export function frameNotification(
  notification: NotificationEnvelope,
  { id, retryMs }: { id?: string | undefined; retryMs?: number | undefined } = {},
): Uint8Array {
  const data = JSON.stringify(notification)
  return encoder.encode(encodeEvent({ event: notification.type, data, id, retryMs }))
}

/** Any event as bytes. */
export function frameText(event: string, data: string): Uint8Array {
  return encoder.encode(encodeEvent({ event, data }))
}
