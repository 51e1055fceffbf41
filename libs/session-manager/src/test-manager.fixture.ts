import { createListeners } from '@mcp/concurrency'
import { createDispatcher } from '@mcp/dispatcher'
import { completeHints, createRequest, createResponse, McpError, systemClock } from '@mcp/protocol'
import type {
  CapabilityServer,
  NotificationEnvelope,
  OperationDescription,
  OperationHints,
  RequestContext,
  RequestEnvelope,
  ResponseEnvelope,
  ServerDescription,
} from '@mcp/protocol'
import { recordMetrics } from '@mcp/telemetry/testing'
import type { RecordedMetrics } from '@mcp/telemetry/testing'

import { createSessionManager } from './session-manager.ts'
import type { SessionManager, SessionManagerOptions } from './session-manager.ts'

type Handler = (
  request: RequestEnvelope,
  context: RequestContext,
) => Promise<Record<string, unknown>> | Record<string, unknown>

/** A server without a contract. The test defines its operations. */
export interface TestServer extends CapabilityServer {
  /** Number of runs of each operation. */
  readonly runs: Map<string, number>
  readonly closedSessions: string[]
  emit(notification: NotificationEnvelope): void
}

export function createTestServer(
  operations: Record<string, { hints?: OperationHints; run: Handler }>,
): TestServer {
  const listeners = createListeners<NotificationEnvelope>()
  const runs = new Map<string, number>()
  const closedSessions: string[] = []
  const description: ServerDescription = {
    name: 'notes',
    source: 'mcp-server-9',
    version: '1.0.0',
    routes: [{ type: 'note-keeping', targetKey: 'note' }],
    operations: Object.entries(operations).map(([name, { hints }]) => describe(name, hints)),
    notifications: {},
  }

  async function run(request: RequestEnvelope, context: RequestContext): Promise<ResponseEnvelope> {
    const name = String(request.payload['operation'])
    const handler = operations[name]
    try {
      if (handler === undefined) throw new McpError('not-found', `Operation "${name}" not found.`)
      runs.set(name, (runs.get(name) ?? 0) + 1)
      return createResponse(request.id, 'success', await handler.run(request, context))
    } catch (thrown) {
      return createResponse(request.id, 'error', McpError.from(thrown))
    }
  }

  return {
    name: 'notes',
    source: 'mcp-server-9',
    runs,
    closedSessions,
    describe: () => description,
    process: run,
    subscribe: (listener) => listeners.add(listener),
    emit: (notification) => listeners.emit(notification),
    health: () => ({ state: 'healthy' }),
    sessionClosed(sessionId) {
      closedSessions.push(sessionId)
    },
    close: async () => {},
  }
}

function describe(operation: string, hints?: OperationHints): OperationDescription {
  return {
    type: 'note-keeping',
    targetKey: 'note',
    operation,
    title: operation,
    description: `Does ${operation}.`,
    paramsSchema: { type: 'object' },
    targetRequired: false,
    resultSchema: {},
    hints: completeHints(hints),
    audience: 'model',
    errors: [],
    examples: [],
  }
}

/** One event of a stream. */
export interface ReadEvent {
  readonly id: string | undefined
  readonly event: string | undefined
  readonly data: NotificationEnvelope
}

export interface EventReader {
  /** Returns the next event; `undefined` at the end of the stream. */
  next(): Promise<ReadEvent | undefined>
  /** Disconnects from the stream. */
  cut(): Promise<void>
}

/** Reads an event stream. */
export function readEvents(response: Response): EventReader {
  if (response.body === null) throw new McpError('internal', 'The response has no body.')
  const reader = response.body.getReader()
  const decoder = new TextDecoder()
  let text = ''

  return {
    async next() {
      for (;;) {
        const end = text.indexOf('\n\n')
        if (end !== -1) {
          const block = text.slice(0, end)
          text = text.slice(end + 2)
          const event = parseBlock(block)
          if (event !== undefined) return event
        } else {
          const { done, value } = await reader.read()
          if (done) return undefined
          text += decoder.decode(value, { stream: true })
        }
      }
    },
    cut: () => reader.cancel(),
  }
}

function parseBlock(block: string): ReadEvent | undefined {
  const fields = new Map(
    block.split('\n').map((line) => {
      const colon = line.indexOf(': ')
      return [line.slice(0, colon), line.slice(colon + 2)]
    }),
  )
  const data = fields.get('data')
  if (data === undefined) return undefined
  return { id: fields.get('id'), event: fields.get('event'), data: JSON.parse(data) }
}

/** Returns the next `count` events, or fewer if the stream ends. */
export async function take(reader: EventReader, count: number): Promise<ReadEvent[]> {
  const events: ReadEvent[] = []
  while (events.length < count) {
    const event = await reader.next()
    if (event === undefined) break
    events.push(event)
  }
  return events
}

/** Returns the field `number` of each `note-added` notification, in order. */
export function numbersOf(events: readonly ReadEvent[]): unknown[] {
  return events.filter(({ event }) => event === 'note-added').map(({ data }) => data.data['number'])
}

export interface TestManagerOptions extends Partial<SessionManagerOptions> {
  readonly servers?: readonly CapabilityServer[]
}

/** A session manager in front of servers, with shortcuts for its HTTP API. */
export interface TestManager {
  readonly manager: SessionManager
  readonly metrics: RecordedMetrics
  call(method: string, path: string, body?: unknown, headers?: HeadersInit): Promise<Response>
  /** Opens a session and returns its id. */
  open(body?: Record<string, unknown>, headers?: HeadersInit): Promise<string>
  /** Posts a request for an operation of the test server. */
  request(sessionId: string, operation: string, options?: RequestOptions): Promise<Response>
  events(sessionId: string, lastEventId?: string): Promise<EventReader>
  close(): Promise<void>
}

export interface RequestOptions {
  readonly id?: string
  readonly params?: Record<string, unknown>
  readonly metadata?: Record<string, unknown>
  readonly headers?: HeadersInit
}

export function createTestManager({
  servers = [],
  ...options
}: TestManagerOptions = {}): TestManager {
  const clock = options.clock ?? systemClock
  const dispatcher = createDispatcher({ servers, clock })
  const metrics = recordMetrics()
  const manager = createSessionManager({ dispatcher, metrics, ...options })

  async function call(
    method: string,
    path: string,
    body?: unknown,
    headers?: HeadersInit,
  ): Promise<Response> {
    const all = new Headers(headers)
    if (body !== undefined) all.set('content-type', 'application/json')
    const text = typeof body === 'string' || body === undefined ? body : JSON.stringify(body)
    const url = `http://service.test${path}`
    return manager.fetch(new Request(url, { method, headers: all, body: text ?? null }))
  }

  return {
    manager,
    metrics,
    call,
    async open(body = { clientId: 'test' }, headers) {
      const response = await call('POST', '/sessions', body, headers)
      const { sessionId } = await response.json()
      return sessionId
    },
    request(sessionId, operation, { id, params = {}, metadata = {}, headers } = {}) {
      const request = createRequest('note-keeping', { operation, params }, { id, metadata })
      return call('POST', `/sessions/${sessionId}/requests`, request, headers)
    },
    async events(sessionId, lastEventId) {
      const headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId }
      return readEvents(await call('GET', `/sessions/${sessionId}/events`, undefined, headers))
    },
    async close() {
      await manager.close()
      await dispatcher.close()
    },
  }
}
