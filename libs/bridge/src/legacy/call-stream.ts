import { createEventWriter, encodeEvents, eventStreamHeaders } from '@mcp/http'
import type { ByteSink, EventWriter, Heartbeats, RawResponse } from '@mcp/http'
import type { Clock } from '@mcp/protocol'

import type { RpcId } from '../rpc/rpc-message.ts'
import { createCallId, encodeEventId } from './call-event-id.ts'

/**
 * The event stream of one POST: notifications and requests to the client, then the response. A client
 * whose connection was lost resumes the stream with `Last-Event-ID`.
 */
export interface CallStream {
  readonly id: string
  /** The HTTP response that starts the stream. */
  readonly response: RawResponse
  /** Sends a message that is not the last. */
  send(message: string): void
  /** Sends the last message. */
  end(message: string): void
  /**
   * Sends the retained messages after a position to a new connection. Returns the function to call when
   * the client has disconnected.
   */
  resume(after: number, sink: ByteSink): () => void
  /**
   * Length of the messages that are retained for a client whose connection was lost, in characters. It includes
   * an overhead for each message.
   */
  readonly retainedCharacters: number
}

export interface CallStreamOptions {
  /** The ids of the requests of the POST. */
  readonly requestIds: readonly RpcId[]
  readonly clock: Clock
  readonly heartbeats: Heartbeats
  readonly maxBufferedBytes: number
  readonly headers: Readonly<Record<string, string>>
  /** Whether the client supports events without data, which make a stream resumable from the start. */
  readonly isPrimed: boolean
  /** Called when the last message was written to a connection. */
  readonly onDelivered: (id: string) => void
  /** Called if the client has not been connected for a minute before the last message is sent. */
  readonly onAbandoned: () => void
}

/** Time that a client has to reconnect. */
export const reconnectMs = 60_000
const retryMs = 1000
/**
 * Maximum length of the retained messages, in characters. Beyond it, the oldest messages are dropped, which
 * are usually progress. The last message is never dropped.
 */
const maxRetainedCharacters = 128 * 1024
/** Overhead of a retained message that is counted in addition to its text, in characters. */
const messageOverhead = 100

export function createCallStream(options: CallStreamOptions): CallStream {
  const { clock, heartbeats, maxBufferedBytes, headers, isPrimed } = options
  const { onDelivered, onAbandoned } = options
  const id = createCallId(options.requestIds)
  const retained: { readonly position: number; readonly message: string }[] = []
  let retainedCharacters = 0
  let position = 0
  let writer: EventWriter | undefined
  let isEnded = false
  let stopTimer = clock.after(reconnectMs, onAbandoned)

  function retain(message: string): void {
    position += 1
    retained.push({ position, message })
    retainedCharacters += message.length + messageOverhead
    while (retainedCharacters > maxRetainedCharacters && retained.length > 1) {
      retainedCharacters -= (retained.shift()?.message.length ?? 0) + messageOverhead
    }
  }

  function encode({ position: at, message }: (typeof retained)[number]): Uint8Array {
    return encodeEvents({ event: 'message', id: encodeEventId(id, at), data: message })
  }

  function connect(sink: ByteSink, after: number): () => void {
    writer?.end()
    const opened = createEventWriter(sink, {
      clock,
      heartbeats,
      maxBufferedBytes,
      onClose() {
        if (writer !== opened) return
        writer = undefined
        if (!isEnded) stopTimer = clock.after(reconnectMs, onAbandoned)
      },
    })
    writer = opened
    stopTimer()
    // Some clients forget the id that they resumed from. They would lose the response if the connection broke
    // again.
    if (isPrimed) opened.write(encodeEvents({ id: encodeEventId(id, after), data: '', retryMs }))
    for (const each of retained) if (each.position > after) opened.write(encode(each))
    if (isEnded) finish(opened)
    return opened.disconnect
  }

  function finish(current: EventWriter): void {
    current.end()
    onDelivered(id)
  }

  return {
    id,
    response: {
      status: 200,
      headers: { ...eventStreamHeaders, ...headers },
      stream: (sink) => connect(sink, 0),
    },
    send(message) {
      if (isEnded) return
      retain(message)
      const last = retained.at(-1)
      if (last !== undefined) writer?.write(encode(last))
    },
    end(message) {
      if (isEnded) return
      isEnded = true
      stopTimer()
      retain(message)
      const last = retained.at(-1)
      if (writer === undefined || last === undefined) return
      writer.write(encode(last))
      finish(writer)
    },
    resume: (after, sink) => connect(sink, after),
    get retainedCharacters() {
      return retainedCharacters
    },
  }
}
