import type { ByteSink } from '@mcp/http'
import type { Clock } from '@mcp/protocol'
import { heartbeat } from '@mcp/http'

const encoder = new TextEncoder()
const heartbeatBytes = encoder.encode(heartbeat)
const heartbeatMs = 15_000
const maxWaitingBytes = 256 * 1024

/** The headers of every event stream. */
export const eventStreamHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  // Else nginx collects events before it passes them on.
  'x-accel-buffering': 'no',
} as const

/** Writes events to one reader. */
export interface EventWriter {
  send(frame: Uint8Array): void
  /** Sends what waits, and the last event if there is one, then ends the stream. */
  end(last?: Uint8Array): void
  /** Stops writing: the reader is gone. */
  stop(): void
}

export interface EventWriterOptions {
  readonly clock: Clock
  /** Called once, when nothing more will be written, whatever the reason. */
  readonly onEnd: () => void
  /** Bytes that may wait besides: those of a replay, which is written at once. Default: 0. */
  readonly allowanceBytes?: number | undefined
}

/**
 * Writes events and heartbeats to a sink. A reader that lets more than 256 KiB wait is cut off,
 * since otherwise it would decide how much memory this process takes.
 */
export function createEventWriter(
  sink: ByteSink,
  { clock, onEnd, allowanceBytes = 0 }: EventWriterOptions,
): EventWriter {
  let isOpen = true
  const cancelHeartbeat = clock.every(heartbeatMs, () => send(heartbeatBytes))

  function finish(end: () => void): void {
    if (!isOpen) return
    isOpen = false
    cancelHeartbeat()
    end()
    onEnd()
  }

  function send(frame: Uint8Array): void {
    if (!isOpen) return
    const waiting = sink.write(frame)
    // Without the frame just written: one large event is no sign of a slow reader.
    if (waiting - frame.byteLength > maxWaitingBytes + allowanceBytes) {
      finish(() => sink.destroy())
    }
  }

  return {
    send,
    end: (last) =>
      finish(() => {
        if (last !== undefined) sink.write(last)
        sink.end()
      }),
    stop: () => finish(() => {}),
  }
}
