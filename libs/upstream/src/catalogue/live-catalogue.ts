import type { Clock } from '@mcp/protocol'

import type { CatalogueStore } from './catalogue-store.ts'
import type { Catalogue } from './catalogue.ts'
import { catalogueSchema } from './catalogue.ts'
import type { Listing } from './list-catalogue.ts'
import { createListRefreshes } from './list-refreshes.ts'

/** The catalogue of an upstream server: the stored one, until this process lists the server. */
export interface LiveCatalogue {
  /** Returns the catalogue, or undefined if none is stored and the server has not been listed yet. */
  current(): Catalogue | undefined
  /** Returns the time of the current catalogue, in milliseconds since the epoch. */
  listedAt(): number | undefined
  /** Reads the stored catalogue. Further calls return the same promise. */
  load(): Promise<void>
  /** Replaces the catalogue. Returns whether it differs from the previous one. */
  adopt(listing: Listing): Promise<boolean>
  /** Records the era that a probe has found. */
  recordEra(era: Catalogue['era'], discover: Catalogue['discover'], probedAt: number): void
  /** Makes the next connection probe the era. */
  forgetEra(): void
  /** Records that the server sends requests of its own. */
  markAsking(): void
  /**
   * Lists the server again, at most once a second. Calls that arrive sooner share the next list. A change that
   * the server has announced is reported even if the list is the same, because a client may have stored
   * something that the list does not contain.
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

export function createLiveCatalogue(options: LiveCatalogueOptions): LiveCatalogue {
  const { name, digest, store, clock, onChange, onError } = options
  let current: Catalogue | undefined
  let listedAt: number | undefined
  let probedAt: number | undefined
  let loading: Promise<void> | undefined
  let isClosed = false

  async function load(): Promise<void> {
    try {
      const stored = await store.read(name)
      const parsed = catalogueSchema.safeParse(stored?.value)
      if (current !== undefined || !parsed.success) return
      if (parsed.data.entryDigest !== (await digest)) return
      current = parsed.data
      listedAt = stored?.listedAt
      probedAt = current.probedAt
    } catch (error) {
      onError(error)
    }
  }

  async function save(): Promise<void> {
    if (current === undefined || isClosed) return
    try {
      await store.write(name, { listedAt: listedAt ?? clock.now(), value: current })
    } catch (error) {
      // Without a stored catalogue, the next process lists the server.
      onError(error)
    }
  }

  async function adopt(listing: Listing): Promise<boolean> {
    const entryDigest = await digest
    const asksClients = current?.asksClients ?? false
    const next = { ...listing, entryDigest, asksClients, probedAt }
    const isChanged = JSON.stringify(next) !== JSON.stringify(current)
    current = next
    listedAt = clock.now()
    await save()
    return isChanged
  }

  const refreshes = createListRefreshes({ clock, adopt, onChange, onError })

  return {
    current: () => current,
    listedAt: () => listedAt,
    load: () => (loading ??= load()),
    async adopt(listing) {
      refreshes.delay()
      return adopt(listing)
    },
    recordEra(era, discover, askedAt) {
      probedAt = askedAt
      if (current === undefined) return
      current = { ...current, era, discover, probedAt }
      void save()
    },
    forgetEra() {
      if (probedAt === undefined) return
      probedAt = undefined
      if (current !== undefined) current = { ...current, probedAt }
      void save()
    },
    markAsking() {
      if (current === undefined || current.asksClients) return
      current = { ...current, asksClients: true }
      void save()
    },
    refresh: (list, refreshed) => refreshes.request(list, refreshed?.isAnnounced === true),
    close() {
      isClosed = true
      refreshes.close()
    },
  }
}
