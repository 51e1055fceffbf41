import type { Socket } from 'node:net'

import type { Clock } from '@mcp/protocol'
import { systemClock } from '@mcp/protocol'

/** Limits the response bytes in memory that the callers of this process have not read. */
export interface UnreadResponses {
  /** Adds a connection until it closes. `onClosed` is called if it is closed because of the limit. */
  add(socket: Socket, onClosed: () => void): void
  /** Applies the limit, unless it was applied a moment ago. Call it for each request. */
  check(): void
}

export interface UnreadResponsesOptions {
  /** Maximum number of bytes of all connections together. */
  readonly maxBytes: number
  readonly clock?: Clock | undefined
}

const checkMs = 50
/**
 * Interval of the checks without a request. They are needed because notifications are also written while no
 * request arrives.
 */
const idleCheckMs = 1000

/**
 * Creates the limit of the response bytes in memory that callers do not read. Without it, one caller could fill
 * the memory with large responses that it never reads. Beyond the limit, connections are closed, those with the
 * most bytes first.
 */
export function createUnreadResponses(options: UnreadResponsesOptions): UnreadResponses {
  const { maxBytes, clock = systemClock } = options
  const sockets = new Map<Socket, () => void>()
  let checkedAt = Number.NEGATIVE_INFINITY
  let stop: (() => void) | undefined

  function apply(): void {
    checkedAt = clock.now()
    let bytes = 0
    // A loop without an array, because there may be ten thousand connections.
    for (const { writableLength } of sockets.keys()) bytes += writableLength
    if (bytes <= maxBytes) return
    const inOrder = [...sockets.keys()].toSorted((a, b) => b.writableLength - a.writableLength)
    for (const socket of inOrder) {
      if (bytes <= maxBytes) return
      bytes -= socket.writableLength
      sockets.get(socket)?.()
      socket.destroy()
    }
  }

  return {
    add(socket, onClosed) {
      stop ??= clock.every(idleCheckMs, apply)
      sockets.set(socket, onClosed)
      socket.once('close', () => {
        sockets.delete(socket)
        if (sockets.size > 0) return
        stop?.()
        stop = undefined
      })
    },
    check() {
      if (clock.now() - checkedAt >= checkMs) apply()
    },
  }
}

/** The limit of this process. All HTTP servers in the process share it, because they share memory. */
export const processUnreadResponses = createUnreadResponses({ maxBytes: 128 * 1024 * 1024 })
