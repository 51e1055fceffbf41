import { McpError } from '@mcp/protocol'
import type { Clock, MaybePromise } from '@mcp/protocol'

/**
 * Appends the notifications of servers to the logs in their order. If the store is unavailable, a notification
 * waits, because its server does not send it again. Later notifications wait behind it, because all replicas
 * append the same notifications in the same order.
 */
export interface ForwardQueue {
  /** Appends a notification, now or when the earlier ones for the same sessions are in the log. */
  add(notification: ForwardedNotification): void
  /**
   * Resolves when each notification in the queue has been attempted once or waits for the store. Returns
   * undefined if the queue is empty or all of it waits for the store.
   */
  attempted(): Promise<unknown> | undefined
  /** Drops the notifications that wait. */
  stop(): void
}

export interface ForwardedNotification {
  /** Session whose log receives the notification, or `all`. */
  readonly to: string
  readonly append: () => MaybePromise<unknown>
  /** Size in characters. Called only if the notification has to wait for the store. */
  readonly size: () => number
}

/** A notification that is not in the log yet. */
interface Entry extends ForwardedNotification {
  isRunning: boolean
  /** Size in characters; 0 until it is counted. */
  counted: number
  /** Ends the first attempt. */
  readonly attempt: PromiseWithResolvers<void>
}

const retryMs = 250
/**
 * Number of notifications that are appended at once, one for each session. If they were appended one at a time,
 * a replica could lag for minutes, and a replica that has just started would append later notifications first.
 */
const maxRunning = 200
/** Maximum number of entries that one search for entries to append visits. */
const maxSearched = 1000
const maxWaiting = 10_000
const maxWaitingSize = 16 * 1024 * 1024

export interface ForwardQueueOptions {
  /**
   * Whether several processes share the store. If so, a notification is appended only after the earlier ones of
   * its session. If not, all are appended at once, because a store of one process commits the writes of one
   * turn of the event loop together: appended one at a time, they would cost five to ten times as much. After a
   * failure, such a store also gets the notifications of a session one after another, until the queue is empty.
   */
  readonly isShared: boolean
  readonly clock: Clock
  readonly onError: (error: unknown) => void
}

export function createForwardQueue(options: ForwardQueueOptions): ForwardQueue {
  const { isShared, clock, onError } = options
  const list = createEntries(onError)
  const { entries } = list
  let running = 0
  /** Whether notifications wait for the earlier ones of their session. */
  let isInTurn = isShared
  /** Set while the store is unavailable: stops the timer of the next attempt. */
  let stopTimer: (() => void) | undefined

  /**
   * Waits before the next attempt. Ends all first attempts, because the notifications now wait for the store.
   */
  function pause(): void {
    if (stopTimer !== undefined || entries.size === 0) return
    isInTurn = true
    stopTimer = clock.after(retryMs, () => {
      stopTimer = undefined
      startNext()
    })
    list.keep(entries)
  }

  /** Ends an attempt. If the error is not retryable, it is reported and the notification is dropped. */
  function end(entry: Entry, error?: unknown): void {
    entry.isRunning = false
    running--
    if (error !== undefined && McpError.is(error) && error.retryable) return pause()
    if (error !== undefined) onError(error)
    list.remove(entry)
    if (entries.size === 0) isInTurn = isShared
    if (isInTurn) startNext()
  }

  function run(entry: Entry, appending: Promise<unknown>): void {
    entry.isRunning = true
    running++
    appending.then(
      () => end(entry),
      (error: unknown) => end(entry, error),
    )
  }

  /**
   * Starts each entry that has no earlier entry for the same session in the queue. Otherwise, a later
   * notification could be appended before an earlier one that failed. An entry for all sessions waits for all
   * earlier entries, and all later entries wait for it.
   */
  function startNext(): void {
    if (stopTimer !== undefined) return
    const preceded = new Set<string>()
    let searched = 0
    for (const entry of entries) {
      if (running >= maxRunning || searched++ >= maxSearched || preceded.has('all')) return
      const { to, isRunning } = entry
      const isFree = to === 'all' ? preceded.size === 0 : !preceded.has(to)
      preceded.add(to)
      if (isFree && !isRunning) run(entry, attempt(entry))
    }
  }

  return {
    add(notification) {
      if (entries.size === 0 || !isInTurn) {
        // A store in memory appends at once, without a promise.
        const appending = attemptNow(notification)
        if (appending instanceof Promise) run(list.add(notification), appending)
        return
      }
      const entry = list.add(notification)
      if (stopTimer === undefined) startNext()
      else list.keep([entry])
    },
    attempted() {
      if (entries.size === 0 || stopTimer !== undefined) return undefined
      return Promise.all([...entries].map(({ attempt: { promise } }) => promise))
    },
    stop() {
      stopTimer?.()
      for (const entry of entries) list.remove(entry)
    },
  }
}

/**
 * Creates the list of entries in the order of their arrival. Its size is bounded while the store is
 * unavailable.
 */
function createEntries(onError: (error: unknown) => void) {
  const entries = new Set<Entry>()
  let size = 0

  function remove(entry: Entry): void {
    if (entries.delete(entry)) size -= entry.counted
    entry.attempt.resolve()
  }

  function dropExcess(): void {
    const isFull = (): boolean => entries.size > maxWaiting || size > maxWaitingSize
    if (!isFull()) return
    onError(droppedNotifications())
    for (const entry of entries) {
      if (!isFull()) return
      remove(entry)
    }
  }

  return {
    entries,
    add(notification: ForwardedNotification): Entry {
      const attempt = Promise.withResolvers<void>()
      const entry = { ...notification, isRunning: false, counted: 0, attempt }
      entries.add(entry)
      return entry
    },
    remove,
    /** Keeps entries until the store is available again. Drops the oldest ones beyond the bounds. */
    keep(waiting: Iterable<Entry>): void {
      for (const entry of waiting) {
        entry.attempt.resolve()
        if (entry.counted > 0) continue
        entry.counted = entry.size()
        size += entry.counted
      }
      dropExcess()
    },
  }
}

function attemptNow({ append }: ForwardedNotification): MaybePromise<unknown> {
  try {
    return append()
  } catch (error) {
    return Promise.reject(error)
  }
}

const attempt = async (entry: Entry): Promise<unknown> => entry.append()

function droppedNotifications(): McpError {
  return new McpError(
    'unavailable',
    'Notifications of servers were dropped, because the store has been unavailable for too long.',
  )
}
