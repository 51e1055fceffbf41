import { isRecord, McpError } from '@mcp/protocol'
import type { EventSourceMessage } from 'eventsource-parser'
import { createParser } from 'eventsource-parser'

import type { EndpointResponse } from './endpoint.ts'

/** Position in an event stream, from which a reconnect continues. */
export interface StreamCursor {
  lastEventId: string | undefined
  /** Reconnect delay that the server requests, in milliseconds. */
  retryMs: number | undefined
}

export function newCursor(): StreamCursor {
  return { lastEventId: undefined, retryMs: undefined }
}

// Bounds the memory of one message. Servers send far less.
const maxMessageBytes = 64 * 1024 * 1024

export function isEventStream(response: EndpointResponse): boolean {
  return mediaType(response) === 'text/event-stream'
}

/**
 * Passes the text of each message of a response to `onMessage`, and updates the cursor of a stream. Discards a
 * response that is neither a stream nor JSON.
 *
 * @throws McpError `payload-too-large` if a message exceeds the limit.
 */
export async function readMessages(
  response: EndpointResponse,
  cursor: StreamCursor,
  onMessage: (text: string) => Promise<void>,
  maxBytes: number = maxMessageBytes,
): Promise<void> {
  if (isEventStream(response)) {
    await readEvents(response, cursor, onMessage, maxBytes)
  } else if (mediaType(response) === 'application/json') {
    await onMessage(await readText(response, maxBytes))
  } else {
    await response.discard()
  }
}

/**
 * Reads a body as text.
 *
 * @throws McpError `payload-too-large` if it exceeds the limit.
 */
export async function readText(response: EndpointResponse, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response.body) {
    length += chunk.byteLength
    if (length > maxBytes) throw tooLarge(maxBytes)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, length).toString('utf8')
}

async function readEvents(
  response: EndpointResponse,
  cursor: StreamCursor,
  onMessage: (text: string) => Promise<void>,
  maxBytes: number,
): Promise<void> {
  const events: EventSourceMessage[] = []
  let isTooLarge = false
  const parser = createParser({
    // The parser counts characters. Each of its characters is one byte, and each text is decoded afterwards.
    maxBufferSize: maxBytes,
    onEvent: (event) => events.push(event),
    onRetry(ms) {
      cursor.retryMs = ms
    },
    onError(error) {
      isTooLarge ||= error.type === 'max-buffer-size-exceeded'
    },
  })
  let isFirst = true
  for await (const chunk of response.body) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    const hasMark = isFirst && bytes.subarray(0, byteOrderMark.length).equals(byteOrderMark)
    isFirst = false
    parser.feed(bytes.toString('latin1', hasMark ? byteOrderMark.length : 0))
    for (const { id, event = 'message', data } of events.splice(0)) {
      if (event === 'message' && data !== '') await onMessage(fromBytes(data))
      // The id is stored after the message was passed on, so that a reconnect skips no message.
      if (id !== undefined && id !== '') cursor.lastEventId = fromBytes(id)
    }
    if (isTooLarge) throw tooLarge(maxBytes)
  }
}

const byteOrderMark = Buffer.from('\uFEFF')

/** Decodes a text each of whose characters is one byte of UTF-8. */
function fromBytes(text: string): string {
  return Buffer.from(text, 'latin1').toString('utf8')
}

/** Returns the message of an error body that is not JSON-RPC, or an empty text. */
export function errorMessageOf(value: unknown): string {
  const error = isRecord(value) ? (value['error'] ?? value) : undefined
  const message = isRecord(error) ? (error['message'] ?? error['error_description']) : undefined
  return typeof message === 'string' ? message.slice(0, 1000) : ''
}

function mediaType(response: EndpointResponse): string {
  return response.header('content-type')?.split(';', 1)[0]?.trim().toLowerCase() ?? ''
}

function tooLarge(maxBytes: number): McpError {
  return new McpError('payload-too-large', `A response exceeds ${maxBytes} bytes.`)
}
