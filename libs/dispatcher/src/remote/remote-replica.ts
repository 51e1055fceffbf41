import type {
  CapabilityServer,
  Clock,
  Health,
  NotificationEnvelope,
  OperationDescription,
  RequestEnvelope,
  ServerDescription,
} from '@mcp/protocol'
import { contextHeaders } from '@mcp/http'
import { createNotification, isRecord, McpError, systemNotifications } from '@mcp/protocol'

import { createHttpCaller, isPassing } from './http-caller.ts'
import type { HttpTransport } from './http-transport.ts'
import type { OperationTable } from '../routing/operation-table.ts'
import { createOperationTable } from '../routing/operation-table.ts'
import { readDescription } from './read-description.ts'
import { createRemoteFeed } from './remote-feed.ts'
import { createRemoteProcess } from './remote-process.ts'
import { createRemoteQuestions } from './remote-interactions.ts'

/** One capability server behind HTTP, in one process. */
export interface RemoteReplica extends CapabilityServer {
  readonly url: string
}

export interface RemoteReplicaOptions {
  readonly url: string
  readonly transport: HttpTransport
  readonly clock: Clock
  readonly maxAnswerBytes: number
  readonly onError: (error: unknown) => void
  readonly name?: string | undefined
  readonly source?: string | undefined
  readonly serviceToken?: string | undefined
}

const releasePausesMs = [100, 500, 2000]

export function createRemoteReplica(options: RemoteReplicaOptions): RemoteReplica {
  const { url, transport, clock, maxAnswerBytes, onError, name, source, serviceToken } = options
  const listeners = new Set<(notification: NotificationEnvelope) => void>()
  const stops = new Set<() => void>()
  let description: ServerDescription | undefined
  let describing: Promise<ServerDescription> | undefined
  let operationOf: OperationTable = () => undefined
  let isClosed = false

  const nameOf = (): string => name ?? description?.name ?? new URL(url).host
  const sourceOf = (): string => source ?? description?.source ?? nameOf()
  const headers = serviceToken === undefined ? [] : [contextHeaders.serviceToken, serviceToken]
  const connection = { name: nameOf, transport, headers, clock, maxAnswerBytes }
  const http = createHttpCaller(connection)
  const remote = createRemoteProcess({
    ...connection,
    operationOf: (request: RequestEnvelope): OperationDescription | undefined =>
      operationOf(request),
    questions: createRemoteQuestions(http, onError),
  })
  const feed = createRemoteFeed({
    transport,
    headers,
    clock,
    maxEventLength: maxAnswerBytes,
    source: sourceOf,
    onNotification(notification) {
      if (notification.type === systemNotifications.catalogueChanged) void refresh(notification)
      else tell(notification)
    },
    onOpen: () => void refresh(),
  })

  function tell(notification: NotificationEnvelope): void {
    for (const listener of listeners) {
      try {
        listener(notification)
      } catch (error) {
        onError(error)
      }
    }
  }

  async function askDescription(): Promise<ServerDescription> {
    const asked = readDescription(await http.call('GET', '/capabilities'))
    description = asked
    operationOf = createOperationTable(asked.operations)
    return asked
  }

  function describe(): Promise<ServerDescription> {
    describing ??= askDescription().finally(() => {
      describing = undefined
    })
    return describing
  }

  /** Asks anew, and tells that the catalogue has changed where it has or where the server says so. */
  async function refresh(told?: NotificationEnvelope): Promise<void> {
    // What was asked before the change may be answered with what was before it.
    await describing?.catch(() => {})
    const before = description
    try {
      const after = await describe()
      if (told === undefined && JSON.stringify(after) === JSON.stringify(before)) return
    } catch {
      // Whoever is told asks by itself, and again until there is an answer.
      description = undefined
    }
    if (!isClosed)
      tell(
        told ??
          createNotification(systemNotifications.catalogueChanged, {}, { source: sourceOf() }),
      )
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const finish = (): void => {
        stop()
        stops.delete(finish)
        resolve()
      }
      const stop = clock.after(ms, finish)
      stops.add(finish)
    })
  }

  async function release(sessionId: string): Promise<void> {
    const path = `/sessions/${encodeURIComponent(sessionId)}`
    for (const pauseMs of [...releasePausesMs, undefined]) {
      try {
        await http.call('DELETE', path)
        return
      } catch (error) {
        // What is gone already needs no release.
        if (McpError.is(error) && isGone(error)) return
        if (pauseMs === undefined || !isPassing(error) || isClosed) throw error
      }
      await pause(pauseMs)
    }
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
      const own = (notification: NotificationEnvelope): void => listener(notification)
      listeners.add(own)
      if (!isClosed) feed.start()
      return () => {
        if (listeners.delete(own) && listeners.size === 0) feed.stop()
      }
    },
    health() {
      const state = feed.state()
      if (state.type === 'open') return { state: 'healthy' }
      if (state.type === 'down') return { state: 'unhealthy', reason: state.reason }
      return http.call('GET', '/health', { timeoutMs: 1500 }).then(readHealth, reasonToWorry)
    },
    sessionClosed: release,
    async close() {
      if (isClosed) return
      isClosed = true
      feed.stop()
      remote.close()
      for (const stop of stops) stop()
      await transport.close()
    },
  }
}

function isGone({ code }: McpError): boolean {
  return code === 'session-not-found' || code === 'not-found'
}

function readHealth(value: unknown): Health {
  const state = isRecord(value) ? value['state'] : undefined
  const reason = isRecord(value) ? value['reason'] : undefined
  const why = typeof reason === 'string' ? { reason } : {}
  return { state: state === 'degraded' || state === 'unhealthy' ? state : 'healthy', ...why }
}

function reasonToWorry(error: unknown): Health {
  return { state: 'unhealthy', reason: McpError.from(error).message }
}
