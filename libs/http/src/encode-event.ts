import type { NotificationEnvelope } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'

/** One event of a `text/event-stream`. */
export interface ServerSentEvent {
  readonly data: string
  readonly event?: string | undefined
  /** Sent back by a reconnecting client as `Last-Event-ID`. */
  readonly id?: string | undefined
  /** Delay before the client reconnects, in milliseconds. */
  readonly retryMs?: number | undefined
}

/**
 * Encodes one event as text.
 *
 * @throws McpError `invalid-request` if the id or the event type contains a line break.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 */
export function encodeEvent({ data, event, id, retryMs }: ServerSentEvent): string {
  let text = ''
  if (retryMs !== undefined) text += `retry: ${Math.round(retryMs)}\n`
  if (id !== undefined) text += singleLine('id', id)
  if (event !== undefined) text += singleLine('event', event)
  // JSON contains no raw line breaks, so the common case is one line.
  text += /[\r\n]/.test(data)
    ? data
        .split(/\r\n|\r|\n/)
        .map((line) => `data: ${line}\n`)
        .join('')
    : `data: ${data}\n`
  return `${text}\n`
}

const encoder = new TextEncoder()

/** Encodes events as one chunk of bytes, which any number of streams may share. */
export function encodeEvents(...events: readonly ServerSentEvent[]): Uint8Array {
  let text = ''
  for (const event of events) text += encodeEvent(event)
  return encoder.encode(text)
}

/** Encodes a notification as bytes. With an `id`, a client can resume after it. */
export function encodeNotification(
  notification: NotificationEnvelope,
  position: Pick<ServerSentEvent, 'id' | 'retryMs'> = {},
): Uint8Array {
  const data = JSON.stringify(notification)
  return encodeEvents({ ...position, event: notification.type, data })
}

/** A comment line: it keeps proxies from closing an idle stream, and parsers ignore it. */
export const heartbeat = ': heartbeat\n\n'

function singleLine(field: 'event' | 'id', value: string): string {
  // A line break in a value chosen by a caller would forge further fields.
  if (/[\r\n\0]/.test(value)) {
    throw new McpError('invalid-request', `The ${field} of an event must be a single line.`)
  }
  return `${field}: ${value}\n`
}
