import { backoffMs } from '@mcp/concurrency'
import type { Clock, MaybePromise, ServerDescription } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'

import type { ServerEntry } from './server-entry.ts'

export interface DescriptionLoaderOptions {
  readonly clock: Clock
  readonly onError: (error: unknown) => void
  readonly isRegistered: (entry: ServerEntry) => boolean
  /** Updates the entry with a description. Returns the route conflict with another server, if any. */
  readonly accept: (entry: ServerEntry, description: ServerDescription) => McpError | undefined
}

/** Fetches the descriptions of servers. */
export interface DescriptionLoader {
  /**
   * Fetches the first description of a server. If the request fails, retries in the background. Returns
   * the error if the routes conflict with another server.
   */
  readonly load: (entry: ServerEntry) => MaybePromise<McpError | undefined>
  /** Fetches the description again in the background. */
  readonly reload: (entry: ServerEntry) => void
  /** Cancels the next retry for a server. */
  readonly cancel: (entry: ServerEntry) => void
  /** Waits until the pending first descriptions have settled. Undefined if there are none. */
  readonly pending: () => Promise<unknown> | undefined
}

const backoff = { baseMs: 100, maxMs: 5000 }

export function createDescriptionLoader(options: DescriptionLoaderOptions): DescriptionLoader {
  const { clock, onError, isRegistered, accept } = options
  const firstDescriptions = new Set<Promise<unknown>>()
  const retryTimers = new Map<ServerEntry, () => void>()

  function describe(entry: ServerEntry, failures = 0): MaybePromise<McpError | undefined> {
    cancel(entry)
    try {
      const description = entry.describe()
      // A local server returns its description without a promise. The description is not awaited, so
      // that the server receives requests as soon as it is added.
      if (!(description instanceof Promise)) return settle(entry, description)
      return description.then(
        (settled) => settle(entry, settled),
        (error: unknown) => scheduleRetry(entry, failures, error),
      )
    } catch (error) {
      return scheduleRetry(entry, failures, error)
    }
  }

  function settle(entry: ServerEntry, description: ServerDescription): McpError | undefined {
    return isRegistered(entry) ? accept(entry, description) : undefined
  }

  async function describeInBackground(entry: ServerEntry, failures = 0): Promise<void> {
    const conflict = await describe(entry, failures)
    if (conflict !== undefined) onError(conflict)
  }

  function scheduleRetry(entry: ServerEntry, failures: number, error: unknown): undefined {
    if (!isRegistered(entry)) return
    if (McpError.is(error)) entry.problem ??= error.message
    else onError(error)
    cancel(entry)
    const cancelTimer = clock.after(
      backoffMs(failures, backoff),
      () => void describeInBackground(entry, failures + 1),
    )
    retryTimers.set(entry, cancelTimer)
  }

  function cancel(entry: ServerEntry): void {
    retryTimers.get(entry)?.()
    retryTimers.delete(entry)
  }

  return {
    load(entry) {
      const conflict = describe(entry)
      if (!(conflict instanceof Promise)) return conflict
      // If the routes of the server are known, a request for another server need not wait for it.
      if (entry.hasStaticRoutes) return conflict
      firstDescriptions.add(conflict)
      return conflict.finally(() => firstDescriptions.delete(conflict))
    },
    reload: (entry) => void describeInBackground(entry),
    cancel,
    pending: () =>
      firstDescriptions.size === 0 ? undefined : Promise.allSettled(firstDescriptions),
  }
}
