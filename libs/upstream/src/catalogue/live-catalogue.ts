import type { Clock } from '@mcp/protocol'

import type { CatalogueStore } from './catalogue-store.ts'
import type { Catalogue } from './catalogue.ts'
import { catalogueSchema } from './catalogue.ts'
import type { Listing } from './list-catalogue.ts'

/** The catalogue of an upstream server: the kept one at first, then the listed one. */
export interface LiveCatalogue {
  /** Undefined until the server was listed for the first time. */
  current(): Catalogue | undefined
  /** Time of the current catalogue, in milliseconds since the epoch. */
  listedAt(): number | undefined
  /** Reads the kept catalogue. Further calls return the same promise. */
  load(): Promise<void>
  /** Replaces the catalogue. Returns whether it differs from the previous one. */
  adopt(listing: Listing): Promise<boolean>
  /** Records that the server sends requests of its own. */
  markAsking(): void
  /**
   * Lists the server again, at most once a second: further changes in the meantime are taken together.
   * A change that the server has announced is reported although the list is the same, because a client
   * may have kept something that the list does not contain.
   */
  refresh(list: () => Promise<Listing>, options?: { readonly isAnnounced: boolean }): void
  close(): void
}

export interface LiveCatalogueOptions {
  readonly name: string
  readonly digest: Promise<string>
  readonly store: CatalogueStore
  readonly clock: Clock
  readonly onChange: () => void
  readonly onError: (error: unknown) => void
}

const minIntervalMs = 1000

export function createLiveCatalogue(options: LiveCatalogueOptions): LiveCatalogue {
  const { name, digest, store, clock, onChange, onError } = options
  let current: Catalogue | undefined
  let listedAt: number | undefined
  let loading: Promise<void> | undefined
  let pending: (() => Promise<Listing>) | undefined
  let isRefreshing = false
  let isAnnounced = false
  let lastRefresh = Number.NEGATIVE_INFINITY
  let stopTimer = (): void => {}
  let isClosed = false

  async function load(): Promise<void> {
    try {
      const stored = await store.read(name)
      const parsed = catalogueSchema.safeParse(stored?.value)
      if (current !== undefined || !parsed.success) return
      if (parsed.data.entryDigest !== (await digest)) return
      current = parsed.data
      listedAt = stored?.listedAt
    } catch (error) {
      onError(error)
    }
  }

  async function save(): Promise<void> {
    if (current === undefined || isClosed) return
    try {
      await store.write(name, { listedAt: listedAt ?? clock.now(), value: current })
    } catch (error) {
      // Without the kept catalogue, the server is listed at the next start.
      onError(error)
    }
  }

  async function adopt(listing: Listing): Promise<boolean> {
    const entryDigest = await digest
    const next = { ...listing, entryDigest, asksClients: current?.asksClients ?? false }
    const isChanged = JSON.stringify(next) !== JSON.stringify(current)
    current = next
    listedAt = clock.now()
    await save()
    return isChanged
  }

  async function runRefresh(): Promise<void> {
    const list = pending
    pending = undefined
    if (list === undefined || isClosed) return
    isRefreshing = true
    const mustReport = isAnnounced
    isAnnounced = false
    lastRefresh = clock.now()
    try {
      if ((await adopt(await list())) || mustReport) onChange()
    } catch (error) {
      onError(error)
    } finally {
      isRefreshing = false
      schedule()
    }
  }

  function schedule(): void {
    if (pending === undefined || isRefreshing || isClosed) return
    stopTimer()
    const waitMs = lastRefresh + minIntervalMs - clock.now()
    if (waitMs <= 0) void runRefresh()
    else stopTimer = clock.after(waitMs, () => void runRefresh())
  }

  return {
    current: () => current,
    listedAt: () => listedAt,
    load: () => (loading ??= load()),
    async adopt(listing) {
      lastRefresh = clock.now()
      return adopt(listing)
    },
    markAsking() {
      if (current === undefined || current.asksClients) return
      current = { ...current, asksClients: true }
      void save()
    },
    refresh(list, refreshed) {
      pending = list
      isAnnounced ||= refreshed?.isAnnounced === true
      schedule()
    },
    close() {
      isClosed = true
      stopTimer()
    },
  }
}
