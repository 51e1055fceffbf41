import { backoffMs, delay } from '@mcp/concurrency'
import type { Clock } from '@mcp/protocol'

import type { ActiveConnection } from '../connection/upstream-connections.ts'

export interface ReconnectionsOptions {
  /** Whether the connection of a key is opened again after it has closed. */
  readonly isNeeded: (key: string) => boolean
  readonly reopen: (key: string) => Promise<void>
  readonly clock: Clock
  readonly random: (() => number) | undefined
}

/** Opens connections again after they have closed. */
export interface Reconnections {
  /** Records an open connection. Returns whether an earlier one of its key had closed. */
  opened(connection: ActiveConnection): boolean
  closed(connection: ActiveConnection): void
  isOpen(key: string): boolean
  /** Removes the record of failures of a connection that is not needed any more. */
  forget(key: string): void
  close(): void
}

/** A connection that closes sooner counts as a failure, so that a crash loop has a backoff. */
const minLifeMs = 5000
const backoff = { baseMs: 500, maxMs: 60_000 }

export function createReconnections(options: ReconnectionsOptions): Reconnections {
  const { isNeeded, reopen, clock, random } = options
  const shutdown = new AbortController()
  const open = new Map<string, { readonly connection: ActiveConnection; readonly at: number }>()
  /** Number of failures in a row of the connections that have closed, by key. */
  const failures = new Map<string, number>()
  const reopening = new Set<string>()

  const isMissing = (key: string): boolean => isNeeded(key) && !open.has(key)

  /** Opens the connection of a key, with a backoff, until it is open or not needed any more. */
  async function reconnect(key: string): Promise<void> {
    while (isMissing(key)) {
      const count = failures.get(key) ?? 0
      failures.set(key, count + 1)
      await delay(backoffMs(count, { ...backoff, random }), clock, shutdown.signal)
      // The health of the server contains the error of a failed start.
      if (isMissing(key)) await reopen(key).catch(() => {})
    }
  }

  function forget(key: string): void {
    if (!isNeeded(key)) failures.delete(key)
  }

  return {
    opened(connection) {
      open.set(connection.key, { connection, at: clock.now() })
      return failures.has(connection.key)
    },
    closed(connection) {
      const { key } = connection
      const current = open.get(key)
      if (current?.connection !== connection) return
      open.delete(key)
      if (clock.now() - current.at >= minLifeMs) failures.delete(key)
      if (!isNeeded(key) || reopening.has(key)) return
      reopening.add(key)
      reconnect(key)
        // An abort is the only failure.
        .catch(() => {})
        .finally(() => {
          reopening.delete(key)
          forget(key)
        })
    },
    isOpen: (key) => open.has(key),
    forget,
    close: () => shutdown.abort(),
  }
}
