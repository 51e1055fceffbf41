import { heartbeat } from '@mcp/http'
import type { ByteSink } from '@mcp/http'
import type { Clock } from '@mcp/protocol'

import type { Heartbeats } from './heartbeats.ts'

/** A reader that may be slow: what waits for it is bounded. */
export interface BoundedSink {
  readonly isOpen: boolean
  /** Queues bytes; closes the connection where too much waited already. */
  write(bytes: Uint8Array): void
  /** Waits until little is waiting, or the connection is closed. At once where that is so now. */
  drained(): Promise<void> | undefined
  end(): void
  /** The reader has gone. */
  readonly leave: () => void
}

export interface BoundedSinkOptions {
  readonly clock: Clock
  readonly heartbeats: Heartbeats
  /** Past this many waiting bytes the connection is closed. */
  readonly maxBufferedBytes: number
  /** Told once, when the connection is over, with whether the reader fell behind. */
  readonly onClose: (fellBehind: boolean) => void
}

const beat = new TextEncoder().encode(heartbeat)
const littleBytes = 64 * 1024
const stallMs = 30_000

export function createBoundedSink(sink: ByteSink, options: BoundedSinkOptions): BoundedSink {
  const { clock, heartbeats, maxBufferedBytes, onClose } = options
  let isOpen = true
  let waiting = 0
  const stopBeating = heartbeats.add(() => write(beat))

  function close(fellBehind: boolean): void {
    if (!isOpen) return
    isOpen = false
    stopBeating()
    onClose(fellBehind)
  }

  function drop(): void {
    sink.destroy()
    close(true)
  }

  function write(bytes: Uint8Array): void {
    if (!isOpen) return
    waiting = sink.write(bytes)
    // What waited before counts: one large event must not close a reader that kept up.
    if (waiting - bytes.byteLength > maxBufferedBytes) drop()
  }

  function hasMuchWaiting(): boolean {
    return isOpen && waiting > littleBytes
  }

  async function waitUntilLittle(): Promise<void> {
    let pauseMs = 5
    let least = waiting
    let progressAt = clock.now()
    while (hasMuchWaiting()) {
      await new Promise<void>((resolve) => {
        clock.after(pauseMs, resolve)
      })
      if (!isOpen) return
      pauseMs = Math.min(pauseMs * 2, 100)
      // A sink tells how much waits only when it is written to.
      waiting = sink.write(beat)
      if (waiting < least) {
        least = waiting
        progressAt = clock.now()
      } else if (clock.now() - progressAt > stallMs) {
        drop()
      }
    }
  }

  return {
    get isOpen() {
      return isOpen
    },
    write,
    drained: () => (hasMuchWaiting() ? waitUntilLittle() : undefined),
    end() {
      if (!isOpen) return
      sink.end()
      close(false)
    },
    leave: () => close(false),
  }
}
