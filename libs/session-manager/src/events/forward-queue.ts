import { McpError } from '@mcp/protocol'
import type { Clock, MaybePromise } from '@mcp/protocol'

/**
 * Appends the notifications of servers to the logs in their order. If the store is away, those that could not
 * be appended wait, and later ones wait behind them: a server does not repeat a notification, and each
 * replica appends the same ones in the same order.
 */
export interface ForwardQueue {
  /** Appends a notification, now or when the store is back. */
  add(notification: ForwardedNotification): void
  /** Resolves when the first attempts of all notifications have ended. */
  attempted(): Promise<unknown> | undefined
  /** Drops the notifications that wait. */
  stop(): void
}

export interface ForwardedNotification {
  readonly append: () => MaybePromise<unknown>
  /** Size in characters. Called only if the notification has to wait. */
  readonly size: () => number
}

const retryMs = 250
/**
 * Notifications that are appended at once. One at a time, a replica could stay behind for minutes, and another
 * one that has just started would append later notifications first. A store ignores an id that it has, so an
 * entry that is appended again after a failure of an earlier one is not doubled.
 */
const batchSize = 200
const maxWaiting = 10_000
const maxWaitingSize = 16 * 1024 * 1024

export function createForwardQueue(clock: Clock, onError: (error: unknown) => void): ForwardQueue {
  const attempts = new Set<Promise<unknown>>()
  const waiting: { readonly append: () => MaybePromise<unknown>; readonly size: number }[] = []
  let size = 0
  let stopTimer: (() => void) | undefined

  /** Keeps a notification that failed, if it may succeed later. The store reports its failures itself. */
  function failed({ append, size: sizeOf }: ForwardedNotification, error: unknown): void {
    if (!McpError.is(error) || !error.retryable) return onError(error)
    const added = sizeOf()
    waiting.push({ append, size: added })
    size += added
    const isFull = (): boolean => waiting.length > maxWaiting || size > maxWaitingSize
    if (isFull()) onError(droppedNotifications())
    while (isFull()) size -= waiting.shift()?.size ?? 0
    stopTimer ??= clock.after(retryMs, () => void retry())
  }

  /** Appends a batch. Returns whether none of it has to wait further. */
  async function retryBatch(): Promise<boolean> {
    const batch = waiting.slice(0, batchSize)
    const results = await Promise.allSettled(batch.map(async ({ append }) => append()))
    const failures = results.map((result) =>
      result.status === 'rejected' ? McpError.from(result.reason) : undefined,
    )
    const waits = failures.findIndex((error) => error?.retryable === true)
    const done = waits === -1 ? batch.length : waits
    for (const [index, entry] of batch.slice(0, done).entries()) {
      const error = failures[index]
      if (error !== undefined) onError(error)
      // The bound may have dropped it in the meantime.
      if (waiting[0] === entry) size -= waiting.shift()?.size ?? 0
    }
    return waits === -1
  }

  async function retry(): Promise<void> {
    while (waiting.length > 0) {
      if (await retryBatch()) continue
      stopTimer = clock.after(retryMs, () => void retry())
      return
    }
    stopTimer = undefined
  }

  return {
    add(notification) {
      if (waiting.length > 0) return failed(notification, storeIsAway)
      try {
        const appending = notification.append()
        if (!(appending instanceof Promise)) return
        const attempt = appending
          .catch((error: unknown) => failed(notification, error))
          .finally(() => attempts.delete(attempt))
        attempts.add(attempt)
      } catch (error) {
        failed(notification, error)
      }
    },
    attempted: () => (attempts.size === 0 ? undefined : Promise.all(attempts)),
    stop() {
      stopTimer?.()
      waiting.length = 0
    },
  }
}

const storeIsAway = new McpError('unavailable', 'Earlier notifications wait for the store.')

function droppedNotifications(): McpError {
  return new McpError(
    'unavailable',
    'Notifications of servers were dropped, because the store has been away for too long.',
  )
}
