import { createEventWriter, encodeEvents, eventStreamHeaders } from '@mcp/http'
import type { ByteSink, EventWriter, Heartbeats, RawResponse } from '@mcp/http'
import { createId } from '@mcp/protocol'
import type { Clock } from '@mcp/protocol'

/**
 * The messages that belong to one POST: notifications and requests to the client, then the response.
 * If the response comes first, it is a JSON body. Otherwise the messages are an event stream, which a
 * client resumes with `Last-Event-ID` if its connection was lost.
 */
export interface CallStream {
  readonly id: string
  /** Resolves with the HTTP response, as soon as its form is known. */
  readonly response: Promise<RawResponse>
  /** Sends a message that is not the last. */
  send(message: string): void
  /** Sends the last message. */
  end(message: string): void
  /** Sends the messages after a position to a new connection. Returns false if some are lost. */
  resume(after: number, sink: ByteSink): (() => void) | undefined
}

export interface CallStreamOptions {
  readonly clock: Clock
  readonly heartbeats: Heartbeats
  readonly maxBufferedBytes: number
  readonly headers: Readonly<Record<string, string>>
  /**
   * Whether the client prefers an event stream to a JSON body. It then receives one also for a response
   * without other messages.
   */
  readonly isPreferred: boolean
  /** Whether the client supports events without data, which make a stream resumable from the start. */
  readonly isPrimed: boolean
  /** Called when the client received all messages. */
  readonly onDelivered: (id: string) => void
}

/** Time after which a response without messages becomes a stream, so that no proxy ends it as idle. */
const upgradeAfterMs = 10_000
const retryMs = 1000
/** Maximum size of the messages that are retained for a client whose connection was lost. */
const maxRetainedCharacters = 1024 * 1024

export function createCallStream(options: CallStreamOptions): CallStream {
  const { clock, heartbeats, maxBufferedBytes, headers, onDelivered } = options
  const { isPreferred, isPrimed } = options
  const id = createId('call')
  const { promise: response, resolve } = Promise.withResolvers<RawResponse>()
  const retained: { readonly position: number; readonly message: string }[] = []
  let retainedCharacters = 0
  let position = 0
  let writer: EventWriter | undefined
  let state: 'undecided' | 'streaming' | 'ended' = 'undecided'
  const stopTimer = clock.after(upgradeAfterMs, upgrade)

  function keep(message: string): void {
    position += 1
    retained.push({ position, message })
    retainedCharacters += message.length
    while (retainedCharacters > maxRetainedCharacters && retained.length > 1) {
      retainedCharacters -= retained.shift()?.message.length ?? 0
    }
  }

  function encode({ position: at, message }: (typeof retained)[number]): Uint8Array {
    return encodeEvents({ event: 'message', id: `${id}_${at}`, data: message })
  }

  function connect(sink: ByteSink, after: number): () => void {
    writer?.end()
    const opened = createEventWriter(sink, {
      clock,
      heartbeats,
      maxBufferedBytes,
      onClose() {
        if (writer === opened) writer = undefined
      },
    })
    writer = opened
    for (const each of retained) if (each.position > after) opened.write(encode(each))
    if (state === 'ended') finish(opened)
    return opened.disconnect
  }

  function finish(current: EventWriter): void {
    current.end()
    onDelivered(id)
  }

  function upgrade(): void {
    if (state !== 'undecided') return
    state = 'streaming'
    stopTimer()
    resolve({
      status: 200,
      headers: { ...eventStreamHeaders, ...headers },
      stream(sink) {
        if (isPrimed) sink.write(encodeEvents({ id: `${id}_0`, data: '', retryMs }))
        return connect(sink, 0)
      },
    })
  }

  if (isPreferred) upgrade()

  return {
    id,
    response,
    send(message) {
      if (state === 'ended') return
      upgrade()
      keep(message)
      const last = retained.at(-1)
      if (last !== undefined) writer?.write(encode(last))
    },
    end(message) {
      if (state === 'ended') return
      stopTimer()
      if (state === 'undecided') {
        state = 'ended'
        resolve({
          status: 200,
          headers: { 'content-type': 'application/json', ...headers },
          body: message,
        })
        onDelivered(id)
        return
      }
      keep(message)
      state = 'ended'
      const last = retained.at(-1)
      if (writer === undefined || last === undefined) return
      writer.write(encode(last))
      finish(writer)
    },
    resume(after, sink) {
      const [first] = retained
      if (first !== undefined && first.position > after + 1) return undefined
      return connect(sink, after)
    },
  }
}
