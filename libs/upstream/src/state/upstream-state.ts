import type { Semaphore } from '@mcp/concurrency'
import type { DocumentStore } from '@mcp/files'
import type { Clock, Health } from '@mcp/protocol'

import type { CatalogueStore } from '../catalogue/catalogue-store.ts'
import type { Catalogue } from '../catalogue/catalogue.ts'
import { entryDigest } from '../catalogue/entry-digest.ts'
import type { Listing } from '../catalogue/list-catalogue.ts'
import { listCatalogue } from '../catalogue/list-catalogue.ts'
import { createLiveCatalogue } from '../catalogue/live-catalogue.ts'
import type { ExperimentalCapabilities } from '../connection/open-connection.ts'
import type { PhaseRecorder } from '../connection/phase.ts'
import { createPhaseRecorder } from '../connection/phase.ts'
import { priorOf } from '../connection/prior.ts'
import type { ActiveConnection, UpstreamConnections } from '../connection/upstream-connections.ts'
import { createUpstreamConnections } from '../connection/upstream-connections.ts'
import type { CreateTransport } from '../connection/upstream-transport.ts'
import type { CurrentOffer } from '../describe/current-offer.ts'
import { createCurrentOffer } from '../describe/current-offer.ts'
import type { Published } from '../describe/published.ts'
import type { UpstreamEntry } from '../entry/upstream-entry.ts'
import type { Substitutes } from '../interactive/respond-to-server.ts'
import type { Uris } from '../names/uris.ts'
import { createUris, unchangedUris } from '../names/uris.ts'
import type { UpstreamLogin } from '../oauth/login.ts'
import type { CallerKeys } from './connection-key.ts'
import { connectionKey, isSingleUse, sharedKey } from './connection-key.ts'
import { createEraCheck } from './era-check.ts'
import { createFirstListing } from './first-listing.ts'
import { listenForChanges } from './listen-for-changes.ts'
import { createResourceSubscriptions } from './resource-subscriptions.ts'
import { createServerMessages } from './server-messages.ts'
import { upstreamHealth } from './upstream-health.ts'

export interface UpstreamStateOptions {
  readonly entry: UpstreamEntry
  readonly createTransport: CreateTransport
  readonly catalogues: CatalogueStore
  /** Returns the experimental capabilities that the hub declares to the server. Default: none. */
  readonly experimental?: (() => Promise<ExperimentalCapabilities>) | undefined
  /** Limits the number of concurrent starts of the processes of all upstream servers. */
  readonly startSemaphore: Semaphore
  readonly substitutes: Substitutes
  readonly clock: Clock
  readonly random: (() => number) | undefined
  /** Login at a server over HTTP, or undefined for a server without a login. */
  readonly login: UpstreamLogin | undefined
  /** Stores the approved definitions of the tools. */
  readonly pins: DocumentStore
  readonly onWarning: (message: string) => void
  readonly onError: (error: unknown) => void
  readonly onCatalogueChange: () => void
  readonly onResourceUpdate: (uri: string, sessionIds: readonly string[]) => void
}

/** The connections and the catalogue of one upstream server. */
export interface UpstreamState {
  readonly entry: UpstreamEntry
  readonly uris: Uris
  catalogue(): Catalogue | undefined
  published(): Published
  /**
   * Whether a tool is not offered because its definition has changed, or because the approved definitions are
   * not loaded yet.
   */
  isWithdrawn(tool: string): boolean
  /** Approves the changed definitions of tools. See `ToolPins.approve`. */
  approve(tools: readonly string[] | undefined): Promise<void>
  /**
   * Loads the approved definitions and the stored catalogue. If none is stored, then waits for the first list of
   * the server, at most `waitMs` milliseconds.
   */
  ready(waitMs: number): Promise<void>
  /** Runs a task with the connection for a caller. See `UpstreamConnections.use`. */
  use<Result>(
    caller: CallerKeys,
    task: (connection: ActiveConnection) => Promise<Result>,
  ): Promise<Result>
  subscribe(caller: CallerKeys, uri: string): Promise<void>
  /** Without a URI, ends all subscriptions of the session. */
  unsubscribe(caller: CallerKeys, uri: string | undefined): Promise<void>
  health(): Health
  sessionClosed(sessionId: string): void
  restart(): Promise<void>
  /** Number of open connections. */
  connectionCount(): number
  close(): Promise<void>
}

export function createUpstreamState(options: UpstreamStateOptions): UpstreamState {
  const { entry, clock, substitutes, catalogues: store, login, onError } = options
  const { name, hub } = entry
  const uris = hub.prefix ? createUris(name) : unchangedUris
  const phase = createPhaseRecorder(clock)
  const digest = entryDigest(entry)
  const live = createLiveCatalogue({ name, digest, store, clock, onChange: changed, onError })
  const offer = offerOf(options, () => live.current())
  const keyOf = (caller: CallerKeys): string => connectionKey(caller, hub, live.current())
  const subscriptions = createResourceSubscriptions({
    ...options,
    connections: () => connections,
    keyOf,
    maxConnections: hub.maxConnections,
    onUpdate: (uri, sessionIds) => options.onResourceUpdate(uris.toClient(uri), sessionIds),
  })
  const messages = createServerMessages({
    live,
    substitutes,
    // Some servers announce their lists on each new connection, and callers may have many connections. An
    // announcement on the shared connection is always reported. On other connections, a change is reported only
    // if the list differs.
    onListChange: (connection) =>
      live.refresh(() => list(connection), { isAnnounced: connection.key === sharedKey }),
    onResourceUpdate: subscriptions.updated,
  })
  const connections: UpstreamConnections = createUpstreamConnections({
    ...options,
    phase,
    prior: () => priorOf(live.current(), entry.transport, clock.now()),
    onFailure: () => live.forgetEra(),
    isPersistent: subscriptions.isNeeded,
    listeners: { ...messages, onOpen: opened, onClose: subscriptions.closed },
  })
  const firstListing = createFirstListing(live, clock, listFirst, (error) =>
    listingFailed(phase, error),
  )
  const latestListing = createLatestListing(hub.callIdleTimeoutMs)
  const { list } = latestListing

  function changed(): void {
    offer.invalidate()
    options.onCatalogueChange()
  }

  // The change causes a new description, which lists the server if there is no catalogue yet. The listener is
  // also called when a login starts, before there is a token: the list then fails, and the description after the
  // login repeats it.
  login?.onChange(changed)

  async function listFirst(): Promise<void> {
    const { signal } = new AbortController()
    if (await live.adopt(await connections.use(sharedKey, signal, list))) changed()
  }

  const eraCheck = createEraCheck({ ...options, live, connections, list, onChange: changed })

  function opened(connection: ActiveConnection): void {
    subscriptions.opened(connection).catch(onError)
    // A server of another version may offer something else.
    if (eraCheck.record(connection)) latestListing.forget()
    if (connection.key !== sharedKey) return
    const refresh = (): void => live.refresh(() => list(connection))
    listenForChanges(connection, { ...options, onResume: refresh }).catch(onError)
    if (live.current() !== undefined && !latestListing.isComplete()) refresh()
  }

  return {
    entry,
    uris,
    catalogue: () => live.current(),
    published: () => offer.published(),
    isWithdrawn: (tool) => offer.isWithdrawn(tool),
    approve: async (tools) =>
      live
        .load()
        .then(() => offer.approve(tools))
        .then(changed),
    ready: (waitMs) => offer.load().then(() => firstListing.ready(waitMs)),
    async use(caller, task) {
      await Promise.all([offer.load(), live.load()])
      eraCheck.check()
      return useConnection(connections, keyOf(caller), caller.signal, task)
    },
    subscribe: subscriptions.subscribe,
    unsubscribe: subscriptions.unsubscribe,
    health: () => upstreamHealth(phase.health(), login?.pending(), offer.changed()),
    sessionClosed(sessionId) {
      subscriptions.forget(sessionId)
      connections.retire(`session:${sessionId}`)
    },
    restart: () => connections.restart(),
    connectionCount: () => connections.size(),
    async close() {
      live.close()
      subscriptions.close()
      await connections.close()
    },
  }
}

/** Runs a task with the connection of a key, and closes a connection that only this task uses. */
async function useConnection<Result>(
  connections: UpstreamConnections,
  key: string,
  signal: AbortSignal,
  task: (connection: ActiveConnection) => Promise<Result>,
): Promise<Result> {
  try {
    return await connections.use(key, signal, task)
  } finally {
    if (isSingleUse(key)) connections.retire(key)
  }
}

/** Lists a server, and records whether the latest list succeeded. Otherwise, the catalogue may be outdated. */
function createLatestListing(idleTimeoutMs: number) {
  let isComplete = false
  const list = async (connection: ActiveConnection): Promise<Listing> => {
    isComplete = false
    const listing = await listCatalogue(connection, idleTimeoutMs)
    isComplete = true
    return listing
  }
  return {
    list,
    isComplete: () => isComplete,
    forget() {
      isComplete = false
    },
  }
}

function offerOf(
  { entry, pins, onCatalogueChange, onWarning, onError }: UpstreamStateOptions,
  catalogue: () => Catalogue | undefined,
): CurrentOffer {
  const onApprovedElsewhere = onCatalogueChange
  return createCurrentOffer({
    entry,
    catalogue,
    store: pins,
    onApprovedElsewhere,
    onWarning,
    onError,
  })
}

/** Records that a server was connected and could not be listed. */
function listingFailed(phase: PhaseRecorder, error: unknown): void {
  // If the connection could not be opened, the phase already contains the reason.
  if (phase.status().phase !== 'ready') return
  phase.enter('degraded', error instanceof Error ? error.message : String(error))
}
