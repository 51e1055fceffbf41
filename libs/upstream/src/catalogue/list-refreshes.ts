import type { Clock } from '@mcp/protocol'

import type { Listing } from './list-catalogue.ts'

export interface ListRefreshesOptions {
  readonly clock: Clock
  /** Replaces the catalogue. Returns whether it differs from the previous one. */
  readonly adopt: (listing: Listing) => Promise<boolean>
  readonly onChange: () => void
  readonly onError: (error: unknown) => void
}

/** Lists a server again, at most once a second. Requests that arrive sooner share the next list. */
export interface ListRefreshes {
  /**
   * Lists the server, and reports a changed list. An announced change is reported even if the list is the same.
   */
  request(list: () => Promise<Listing>, isAnnounced: boolean): void
  /** Delays the next refresh, because the server has just been listed. */
  delay(): void
  close(): void
}

const minIntervalMs = 1000

export function createListRefreshes(options: ListRefreshesOptions): ListRefreshes {
  const { clock, adopt, onChange, onError } = options
  let pending: (() => Promise<Listing>) | undefined
  let isRunning = false
  let mustReport = false
  let lastRefresh = Number.NEGATIVE_INFINITY
  let stopTimer = (): void => {}
  let isClosed = false

  async function run(): Promise<void> {
    const list = pending
    pending = undefined
    if (list === undefined || isClosed) return
    isRunning = true
    const isAnnounced = mustReport
    mustReport = false
    lastRefresh = clock.now()
    try {
      if ((await adopt(await list())) || isAnnounced) onChange()
    } catch (error) {
      // The announcement is reported with the next list.
      mustReport ||= isAnnounced
      onError(error)
    } finally {
      isRunning = false
      schedule()
    }
  }

  function schedule(): void {
    if (pending === undefined || isRunning || isClosed) return
    stopTimer()
    const waitMs = lastRefresh + minIntervalMs - clock.now()
    if (waitMs <= 0) void run()
    else stopTimer = clock.after(waitMs, () => void run())
  }

  return {
    request(list, isAnnounced) {
      pending = list
      mustReport ||= isAnnounced
      schedule()
    },
    delay() {
      lastRefresh = clock.now()
    },
    close() {
      isClosed = true
      stopTimer()
    },
  }
}
