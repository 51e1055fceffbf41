import { createListeners } from '@mcp/concurrency'
import type {
  CapabilityServer,
  Clock,
  Health,
  MaybePromise,
  NotificationEnvelope,
  RequestEnvelope,
  ServerDescription,
} from '@mcp/protocol'
import { createNotification, isRecord, McpError, systemNotifications } from '@mcp/protocol'

import type { OperationTable } from '../routing/operation-table.ts'
import { createOperationTable } from '../routing/operation-table.ts'
import type { HttpCaller } from './http-caller.ts'
import { createHttpCaller } from './http-caller.ts'
import type { HttpTransport } from './http-transport.ts'
import { readDescription } from './read-description.ts'
import type { FeedState } from './remote-feed.ts'
import { createRemoteFeed } from './remote-feed.ts'
import { createRemoteInteractions } from './remote-interactions.ts'
import { createRemoteProcess } from './remote-process.ts'
import { createSessionReleases } from './session-releases.ts'

/** One process of a capability server, over HTTP. */
export interface RemoteReplica extends CapabilityServer {
  readonly url: string
}

export interface RemoteReplicaOptions {
  readonly url: string
  readonly transport: HttpTransport
  readonly clock: Clock
  readonly maxResponseBytes: number
  readonly onError: (error: unknown) => void
  readonly name?: string | undefined
  readonly source?: string | undefined
}

/** Creates a client of one server process. All requests use the same transport. */
export function createRemoteReplica(options: RemoteReplicaOptions): RemoteReplica {
  const { url, transport, clock, maxResponseBytes, onError, name, source } = options
  const listeners = createListeners<NotificationEnvelope>({ onError })
  const closing = new AbortController()
  let description: ServerDescription | undefined
  let describing: Promise<ServerDescription> | undefined
  let operationOf: OperationTable = () => undefined

  const nameOf = (): string => name ?? description?.name ?? new URL(url).host
  const sourceOf = (): string => source ?? description?.source ?? nameOf()
  const connection = { name: nameOf, transport, clock, maxResponseBytes }
  const http = createHttpCaller(connection)
  const remote = createRemoteProcess({
    ...connection,
    operationOf: (request: RequestEnvelope) => operationOf(request),
    interactions: createRemoteInteractions(http, onError),
  })
  const feed = createRemoteFeed({
    transport,
    clock,
    maxEventLength: maxResponseBytes,
    source: sourceOf,
    onNotification(notification) {
      if (notification.type === systemNotifications.catalogueChanged) void refresh(notification)
      else listeners.emit(notification)
    },
    onOpen() {
      void refresh()
      releases.deliver()
    },
  })
  const isDown = (): boolean => feed.state().type === 'down'
  const releases = createSessionReleases({ http, isDown, clock, closing: closing.signal, onError })

  async function fetchDescription(): Promise<ServerDescription> {
    const fetched = readDescription(await http.call('GET', '/capabilities'))
    description = fetched
    operationOf = createOperationTable(fetched.operations)
    return fetched
  }

  function describe(): Promise<ServerDescription> {
    describing ??= fetchDescription().finally(() => {
      describing = undefined
    })
    return describing
  }

  /**
   * Fetches the description. Emits `catalogue-changed` if the description differs, if it cannot be
   * fetched, or if the server reported a change.
   */
  async function refresh(change?: NotificationEnvelope): Promise<void> {
    // A pending request for the description may have been sent before the change. It would return the
    // previous description, so a new request is sent after it has ended.
    await describing?.catch(() => {})
    const previous = description
    try {
      const current = await describe()
      if (change === undefined && JSON.stringify(current) === JSON.stringify(previous)) return
    } catch {
      // The failure is not reported. The listeners receive `catalogue-changed`, request the description
      // themselves, and retry until they receive it.
      description = undefined
    }
    if (closing.signal.aborted) return
    const notification =
      change ?? createNotification(systemNotifications.catalogueChanged, {}, { source: sourceOf() })
    listeners.emit(notification)
  }

  return {
    url,
    get name() {
      return nameOf()
    },
    get source() {
      return sourceOf()
    },
    describe: () => description ?? describe(),
    process: remote.process,
    subscribe(listener) {
      const remove = listeners.add(listener)
      if (!closing.signal.aborted) feed.start()
      return () => {
        remove()
        if (listeners.size === 0) feed.stop()
      }
    },
    health: () => healthOf(feed.state(), http),
    sessionClosed: (sessionId) => releases.release(sessionId),
    async close() {
      if (closing.signal.aborted) return
      closing.abort()
      feed.stop()
      remote.close()
      await transport.close()
    },
  }
}

function healthOf(feed: FeedState, http: HttpCaller): MaybePromise<Health> {
  if (feed.type === 'open') return { state: 'healthy' }
  if (feed.type === 'down') {
    return { state: 'unhealthy', reason: feed.reason, cause: 'unreachable' }
  }
  return http.call('GET', '/health', { timeoutMs: 1500 }).then(readHealth, toUnhealthy)
}

function readHealth(value: unknown): Health {
  const { state, reason } = isRecord(value) ? value : {}
  return {
    state: state === 'degraded' || state === 'unhealthy' ? state : 'healthy',
    ...(typeof reason === 'string' ? { reason } : {}),
  }
}

function toUnhealthy(error: unknown): Health {
  return { state: 'unhealthy', reason: McpError.from(error).message, cause: 'unreachable' }
}
