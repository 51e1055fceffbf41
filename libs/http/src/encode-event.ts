import type { NotificationEnvelope } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'

/** One event of a `text/event-stream`. */
export interface ServerSentEvent {
  readonly data: string
  readonly event?: string | undefined
  /** Id of the event. A client that reconnects sends the last id that it received as `Last-Event-ID`. */
  readonly id?: string | undefined
  /** Delay before the client reconnects, in milliseconds. */
  readonly retryMs?: number | undefined
}

/**
 * Encodes one event as text.
 *
 * @throws McpError `invalid-request` if the id or the event type contains a line break or a null
 * character.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 */
export function encodeEvent({ data, event, id, retryMs }: ServerSentEvent): string {
  let text = ''
  if (retryMs !== undefined) text += `retry: ${Math.round(retryMs)}\n`
  if (id !== undefined) text += singleLine('id', id)
  if (event !== undefined) text += singleLine('event', event)
  // Each line of the data needs a `data` field. Most data is JSON on a single line.
  text += /[\r\n]/.test(data)
    ? data
        .split(/\r\n|\r|\n/)
        .map((line) => `data: ${line}\n`)
        .join('')
    : `data: ${data}\n`
  return `${text}\n`
}

const encoder = new TextEncoder()

/** Encodes events as one chunk of bytes. Several streams may send the same chunk. */
export function encodeEvents(...events: readonly ServerSentEvent[]): Uint8Array {
  let text = ''
  for (const event of events) text += encodeEvent(event)
  return encoder.encode(text)
}

/** Encodes a notification as bytes. If `position` has an `id`, a client can resume after this event. */
export function encodeNotification(
  notification: NotificationEnvelope,
  position: Pick<ServerSentEvent, 'id' | 'retryMs'> = {},
): Uint8Array {
  const data = JSON.stringify(notification)
  return encodeEvents({ ...position, event: notification.type, data })
}

/** A comment line, which parsers ignore. It prevents proxies from closing an idle stream. */
export const heartbeat = ': heartbeat\n\n'

function singleLine(field: 'event' | 'id', value: string): string {
  // With a line break in the value, a caller that chooses the value could add fields to the event.
  if (/[\r\n\0]/.test(value)) {
    throw new McpError('invalid-request', `The ${field} of an event must be a single line.`)
  }
  return `${field}: ${value}\n`
}
