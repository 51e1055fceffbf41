import { McpError } from '@mcp/protocol'
import type { Clock, MaybePromise } from '@mcp/protocol'

/**
 * Appends the notifications of servers to the logs in their order. If the store is unavailable, a notification
 * waits, because its server does not send it again. Later notifications wait behind it, because all replicas
 * append the same notifications in the same order.
 */
export interface ForwardQueue {
  /** Appends a notification, now or when the store is available again. */
  add(notification: ForwardedNotification): void
  /** Resolves when the current first attempts have ended. Returns undefined if there are none. */
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
 * Number of notifications that are appended at once. If they were appended one at a time, a replica could lag
 * for minutes, and a replica that has just started would append later notifications first. After a failure, the
 * notifications behind the failed one are appended again. None is stored twice, because a store ignores an id
 * that it has.
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

  /** Appends a batch. Returns false if a notification of the batch has to wait further. */
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
      // The entry may have been dropped in the meantime, because the queue was full.
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
      if (waiting.length > 0) return failed(notification, storeUnavailable)
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

const storeUnavailable = new McpError('unavailable', 'Earlier notifications wait for the store.')

function droppedNotifications(): McpError {
  return new McpError(
    'unavailable',
    'Notifications of servers were dropped, because the store has been unavailable for too long.',
  )
}
