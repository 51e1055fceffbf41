import type { Semaphore } from '@mcp/concurrency'
import { createListeners, createSemaphore } from '@mcp/concurrency'
import type { DocumentStore } from '@mcp/files'
import { createMemoryDocumentStore } from '@mcp/files'
import type {
  CapabilityServer,
  Clock,
  NotificationEnvelope,
  RequestContext,
  RequestEnvelope,
  ResponseEnvelope,
} from '@mcp/protocol'
import {
  createNotification,
  createResponse,
  McpError,
  systemClock,
  systemNotifications,
} from '@mcp/protocol'

import { createUpstreamCalls } from './calls/upstream-calls.ts'
import type { CatalogueStore } from './catalogue/catalogue-store.ts'
import { createMemoryCatalogueStore } from './catalogue/memory-catalogue-store.ts'
import type { UpstreamLogin } from './oauth/login.ts'
import type { ExperimentalCapabilities } from './connection/open-connection.ts'
import { createUpstreamState } from './state/upstream-state.ts'
import type { CreateTransport } from './connection/upstream-transport.ts'
import { describeUpstream, routesOf } from './describe/describe-upstream.ts'
import type { UpstreamEntry } from './entry/upstream-entry.ts'
import type { Substitutes } from './interactive/respond-to-server.ts'

export interface UpstreamServerOptions {
  /** Creates the transports. `createRemoteTransport` creates those of servers over HTTP. */
  readonly createTransport: CreateTransport
  /** Name of the server. Default: the name of the entry. */
  readonly name?: string | undefined
  /** Stores the catalogue, so that a list needs no connection. Default: in memory. */
  readonly catalogues?: CatalogueStore | undefined
  /** Returns the experimental capabilities that the hub declares to the server. Default: none. */
  readonly experimental?: (() => Promise<ExperimentalCapabilities>) | undefined
  /** Login at a server over HTTP. Default: requests have only the headers of the entry. */
  readonly login?: UpstreamLogin | undefined
  /** Stores the approved definitions of the tools, by the names of the servers. Default: in memory. */
  readonly pins?: DocumentStore | undefined
  /** Receives messages for operators, such as about changed tools. Default: messages are ignored. */
  readonly onWarning?: ((message: string) => void) | undefined
  /**
   * Limits the concurrent starts of processes. Pass the same to all upstream servers. Default: 4 of this
   * server.
   */
  readonly starts?: Semaphore | undefined
  /** Responds to roots and sampling requests in place of the caller. Default: none. */
  readonly substitutes?: Substitutes | undefined
  readonly clock?: Clock | undefined
  /** Returns a number from 0 to 1 for the jitter of the backoff. Default: `Math.random`. */
  readonly random?: (() => number) | undefined
  /** Receives internal errors, and errors that no response contains. Default: errors are ignored. */
  readonly onError?: ((error: unknown) => void) | undefined
}

/** An upstream server, with the methods for operators. */
export interface UpstreamServer extends CapabilityServer {
  readonly entry: UpstreamEntry
  /** Messages about ambiguous names and changed tools. */
  problems(): readonly string[]
  /** Closes the connections. The next call opens a new one without a delay. */
  restart(): Promise<void>
  /** The login at a server over HTTP. */
  readonly login: UpstreamLogin | undefined
  /**
   * Approves the current definitions of changed tools. Default: of all changed tools.
   *
   * @throws McpError `not-found` if a name is not that of a changed tool.
   */
  approve(tools?: readonly string[]): Promise<void>
  /** Number of open connections. */
  connections(): number
}

/**
 * Time that the first description waits for the list of the server, if no catalogue is stored, in milliseconds.
 * A server that takes longer has no operations at first, and emits `catalogue-changed` later.
 */
const describeWaitMs = 1500

/**
 * Creates the server for an entry. It connects at the first call, or at the first description if no catalogue
 * is stored.
 *
 * @example
 * const server = createUpstreamServer(entry, { createTransport: createRemoteTransport })
 * await dispatcher.add(server)
 */
export function createUpstreamServer(
  entry: UpstreamEntry,
  options: UpstreamServerOptions,
): UpstreamServer {
  const { createTransport, name = entry.name, clock = systemClock, random } = options
  const { catalogues = createMemoryCatalogueStore(), substitutes = {} } = options
  const { starts = createSemaphore({ limit: 4 }), onError = () => {} } = options
  const { experimental, login, pins = createMemoryDocumentStore(), onWarning = () => {} } = options
  const source = `upstream-${name}`
  const listeners = createListeners<NotificationEnvelope>({ onError })

  const state = createUpstreamState({
    entry: { ...entry, name },
    createTransport,
    catalogues,
    experimental,
    startSemaphore: starts,
    substitutes,
    clock,
    random,
    login,
    pins,
    onWarning,
    onError,
    onCatalogueChange: () =>
      emit(systemNotifications.catalogueChanged, { server: name }, undefined),
    onResourceUpdate: (uri, sessionIds) => emit('resource-updated', { uri }, sessionIds),
  })
  const calls = createUpstreamCalls({ state, clock, substitutes })

  function emit(
    type: string,
    data: Readonly<Record<string, unknown>>,
    sessionIds: readonly string[] | undefined,
  ): void {
    const metadata = sessionIds === undefined ? {} : { sessionIds }
    listeners.emit(createNotification(type, data, { source, metadata }))
  }

  async function run(request: RequestEnvelope, context: RequestContext): Promise<ResponseEnvelope> {
    try {
      const result = await calls.run(request, context)
      return createResponse(request.id, 'success', { result }, { source })
    } catch (thrown) {
      const error = McpError.from(thrown)
      if (error.code === 'internal') onError(thrown)
      return createResponse(request.id, 'error', error, { source })
    }
  }

  return {
    name,
    source,
    entry,
    staticRoutes: routesOf(name),
    async describe() {
      await state.ready(describeWaitMs)
      return describeUpstream(name, source, state.catalogue(), state.published(), {
        uris: state.uris,
        hasPrefix: entry.hub.prefix,
      })
    },
    process: run,
    subscribe: (listener) => listeners.add(listener),
    health: () => state.health(),
    sessionClosed: (sessionId) => state.sessionClosed(sessionId),
    problems: () => state.published().problems,
    login,
    approve: (tools) => state.approve(tools),
    restart: () => state.restart(),
    connections: () => state.connectionCount(),
    async close() {
      listeners.clear()
      await state.close()
    },
  }
}
