import type { Clock } from '@mcp/protocol'

import type { LiveCatalogue } from '../catalogue/live-catalogue.ts'

/** Lists a server that has no stored catalogue. */
export interface FirstListing {
  /** Waits for the catalogue, at most `waitMs` milliseconds. Never throws. */
  ready(waitMs: number): Promise<void>
}

/** `list` lists the server and stores the result in `live`. The next `ready` repeats a list that failed. */
export function createFirstListing(
  live: Pick<LiveCatalogue, 'load' | 'current'>,
  clock: Clock,
  list: () => Promise<void>,
  onError: (error: unknown) => void,
): FirstListing {
  let listing: Promise<void> | undefined

  async function run(): Promise<void> {
    try {
      await list()
    } catch (error) {
      onError(error)
    } finally {
      listing = undefined
    }
  }

  return {
    async ready(waitMs) {
      await live.load()
      if (live.current() !== undefined) return
      listing ??= run()
      const { promise: waited, resolve } = Promise.withResolvers<void>()
      const stopTimer = clock.after(waitMs, resolve)
      await Promise.race([listing, waited])
      stopTimer()
    },
  }
}
