import { McpError } from '@mcp/protocol'

/** One event of a `text/event-stream`. */
export interface ServerSentEvent {
  readonly data: string
  readonly event?: string | undefined
  /** Sent back by a reconnecting client as `Last-Event-ID`. */
  readonly id?: string | undefined
  /** How long a client should wait before it reconnects, in milliseconds. */
  readonly retryMs?: number | undefined
}

/**
 * One event as the wire carries it.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 */
export function encodeEvent({ data, event, id, retryMs }: ServerSentEvent): string {
  let text = ''
  if (retryMs !== undefined) text += `retry: ${Math.round(retryMs)}\n`
  if (id !== undefined) text += singleLine('id', id)
  if (event !== undefined) text += singleLine('event', event)
  // JSON never holds a raw line break, so the common case is one line.
  text += /[\r\n]/.test(data)
    ? data
        .split(/\r\n|\r|\n/)
        .map((line) => `data: ${line}\n`)
        .join('')
    : `data: ${data}\n`
  return `${text}\n`
}

/** A comment line: keeps proxies from closing a quiet stream, and readers never see it. */
export const heartbeat = ': heartbeat\n\n'

function singleLine(field: 'event' | 'id', value: string): string {
  // A line break here would let whoever chose the value forge further fields.
  if (/[\r\n\0]/.test(value)) {
    throw new McpError('invalid-request', `The ${field} of an event must be one line.`)
  }
  return `${field}: ${value}\n`
}
