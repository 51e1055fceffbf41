import type { Clock } from '@mcp/protocol'

import { heartbeat } from './encode-event.ts'
import type { Heartbeats } from './heartbeats.ts'
import type { ByteSink } from './service.ts'

/** The response headers of every event stream. */
export const eventStreamHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  // Keeps nginx from buffering events.
  'x-accel-buffering': 'no',
} as const

/** Writes events to one reader, and closes the connection of a reader that falls behind. */
export interface EventWriter {
  readonly isOpen: boolean
  /** Queues bytes. Closes the connection if more bytes than the limit were already queued. */
  write(bytes: Uint8Array): void
  /**
   * Waits until at most 64 KiB are queued or the stream is closed. Returns `undefined` if no wait is
   * necessary. A replay waits between its pages, so that it does not read faster than the reader
   * receives. If the reader receives nothing for 30 seconds during the wait, it is disconnected.
   */
  drained(): Promise<void> | undefined
  /** Sends the queued bytes and the optional bytes `last`, then ends the stream. */
  end(last?: Uint8Array): void
  /** Closes the stream without writing. Call it when the reader has disconnected. */
  readonly disconnect: () => void
}

export interface EventWriterOptions {
  readonly clock: Clock
  readonly heartbeats: Heartbeats
  /** Maximum number of bytes queued for the reader. Default: 256 KiB. */
  readonly maxBufferedBytes?: number | undefined
  /** Called once when the stream is closed. `fellBehind` is true if the reader was too slow. */
  readonly onClose: (fellBehind: boolean) => void
}

const heartbeatBytes = new TextEncoder().encode(heartbeat)
const drainedBytes = 64 * 1024
const stallMs = 30_000
/** Pauses between two checks of the queued bytes. A reader that receives nothing is checked less and less often. */
const minPauseMs = 5
const maxPauseMs = 1000

/**
 * Creates the writer of one event stream, which writes to the sink of a {@link RawResponse}. The
 * writer sends heartbeats. It limits the number of queued bytes, because the queue of a slow reader
 * would otherwise fill the memory of the process.
 *
 * @example
 * const heartbeats = createHeartbeats(clock) // one for all streams of the process
 *
 * const handler: RawHandler = () => ({
 *   status: 200,
 *   headers: eventStreamHeaders,
 *   stream(sink) {
 *     const writer = createEventWriter(sink, { clock, heartbeats, onClose: () => unsubscribe() })
 *     const unsubscribe = subscribe((notification) => writer.write(encodeNotification(notification)))
 *     return writer.disconnect
 *   },
 * })
 */
export function createEventWriter(sink: ByteSink, options: EventWriterOptions): EventWriter {
  const { clock, heartbeats, maxBufferedBytes = 256 * 1024, onClose } = options
  let isOpen = true
  let bufferedBytes = 0
  const stopHeartbeat = heartbeats.add(() => write(heartbeatBytes))

  function close(fellBehind: boolean): void {
    if (!isOpen) return
    isOpen = false
    stopHeartbeat()
    onClose(fellBehind)
  }

  function drop(): void {
    sink.destroy()
    close(true)
  }

  function write(bytes: Uint8Array): void {
    if (!isOpen) return
    bufferedBytes = sink.write(bytes)
    // The new bytes do not count, so that one large event does not disconnect a reader that kept up.
    if (bufferedBytes - bytes.byteLength > maxBufferedBytes) drop()
  }

  function isDraining(): boolean {
    return isOpen && bufferedBytes > drainedBytes
  }

  async function waitUntilDrained(): Promise<void> {
    let pauseMs = minPauseMs
    let minBytes = bufferedBytes
    let progressAt = clock.now()
    while (isDraining()) {
      await new Promise<void>((resolve) => {
        clock.after(pauseMs, resolve)
      })
      if (!isOpen) return
      // A sink reports the number of queued bytes only as the result of a write.
      bufferedBytes = sink.write(heartbeatBytes)
      if (bufferedBytes < minBytes) {
        minBytes = bufferedBytes
        progressAt = clock.now()
        pauseMs = minPauseMs
      } else if (clock.now() - progressAt > stallMs) {
        drop()
      } else {
        pauseMs = Math.min(pauseMs * 2, maxPauseMs)
      }
    }
  }

  return {
    get isOpen() {
      return isOpen
    },
    write,
    drained: () => (isDraining() ? waitUntilDrained() : undefined),
    end(last) {
      if (!isOpen) return
      if (last !== undefined) sink.write(last)
      sink.end()
      close(false)
    },
    disconnect: () => close(false),
  }
}
