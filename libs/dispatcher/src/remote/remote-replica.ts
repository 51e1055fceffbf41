import { createListeners, delay } from '@mcp/concurrency'
import { contextHeaders } from '@mcp/http'
import type {
  CapabilityServer,
  Clock,
  Health,
  NotificationEnvelope,
  RequestEnvelope,
  ServerDescription,
} from '@mcp/protocol'
import { createNotification, isRecord, McpError, systemNotifications } from '@mcp/protocol'

import type { OperationTable } from '../routing/operation-table.ts'
import { createOperationTable } from '../routing/operation-table.ts'
import type { HttpCaller } from './http-caller.ts'
import { createHttpCaller, isTemporary } from './http-caller.ts'
import type { HttpTransport } from './http-transport.ts'
import { readDescription } from './read-description.ts'
import { createRemoteFeed } from './remote-feed.ts'
import { createRemoteInteractions } from './remote-interactions.ts'
import { createRemoteProcess } from './remote-process.ts'

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
  readonly serviceToken?: string | undefined
}

const releaseDelaysMs = [100, 500, 2000]

/** Creates a capability server whose requests, notifications and health go over one transport. */
export function createRemoteReplica(options: RemoteReplicaOptions): RemoteReplica {
  const { url, transport, clock, maxResponseBytes, onError, name, source, serviceToken } = options
  const listeners = createListeners<NotificationEnvelope>({ onError })
  const closing = new AbortController()
  let description: ServerDescription | undefined
  let describing: Promise<ServerDescription> | undefined
  let operationOf: OperationTable = () => undefined

  const nameOf = (): string => name ?? description?.name ?? new URL(url).host
  const sourceOf = (): string => source ?? description?.source ?? nameOf()
  const headers = serviceToken === undefined ? [] : [contextHeaders.serviceToken, serviceToken]
  const connection = { name: nameOf, transport, headers, clock, maxResponseBytes }
  const http = createHttpCaller(connection)
  const remote = createRemoteProcess({
    ...connection,
    operationOf: (request: RequestEnvelope) => operationOf(request),
    interactions: createRemoteInteractions(http, onError),
  })
  const feed = createRemoteFeed({
    transport,
    headers,
    clock,
    maxEventLength: maxResponseBytes,
    source: sourceOf,
    onNotification(notification) {
      if (notification.type === systemNotifications.catalogueChanged) void refresh(notification)
      else listeners.emit(notification)
    },
    onOpen: () => void refresh(),
  })

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

  /** Fetches the description, and emits `catalogue-changed` if it differs or the server reported it. */
  async function refresh(change?: NotificationEnvelope): Promise<void> {
    // The response to a request that was sent before the change may be the previous description.
    await describing?.catch(() => {})
    const previous = description
    try {
      const current = await describe()
      if (change === undefined && JSON.stringify(current) === JSON.stringify(previous)) return
    } catch {
      // The listeners request the description themselves, and retry until they receive it.
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
    health() {
      const state = feed.state()
      if (state.type === 'open') return { state: 'healthy' }
      if (state.type === 'down') return { state: 'unhealthy', reason: state.reason }
      return http.call('GET', '/health', { timeoutMs: 1500 }).then(readHealth, toUnhealthy)
    },
    sessionClosed: (sessionId) => releaseSession(sessionId, http, clock, closing.signal),
    async close() {
      if (closing.signal.aborted) return
      closing.abort()
      feed.stop()
      remote.close()
      await transport.close()
    },
  }
}

/** Releases a session at the server. Retries temporary errors until `closing` is aborted. */
async function releaseSession(
  sessionId: string,
  http: HttpCaller,
  clock: Clock,
  closing: AbortSignal,
): Promise<void> {
  for (const delayMs of [...releaseDelaysMs, undefined]) {
    try {
      await http.call('DELETE', `/sessions/${encodeURIComponent(sessionId)}`)
      return
    } catch (error) {
      if (isNotFound(error)) return
      if (delayMs === undefined || closing.aborted || !isTemporary(error)) throw error
      // Closing ends the wait early, and the next attempt reports its error.
      await delay(delayMs, clock, closing).catch(() => {})
    }
  }
}

/** Whether the session has nothing to release at the server. */
function isNotFound(error: unknown): boolean {
  return McpError.is(error) && (error.code === 'session-not-found' || error.code === 'not-found')
}

function readHealth(value: unknown): Health {
  const { state, reason } = isRecord(value) ? value : {}
  return {
    state: state === 'degraded' || state === 'unhealthy' ? state : 'healthy',
    ...(typeof reason === 'string' ? { reason } : {}),
  }
}

function toUnhealthy(error: unknown): Health {
  return { state: 'unhealthy', reason: McpError.from(error).message }
}
