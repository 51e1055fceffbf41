import type {
  CapabilityServer,
  NotificationEnvelope,
  OperationDescription,
  OperationHints,
  RequestContext,
  RequestEnvelope,
  ResponseEnvelope,
  Route,
  ServerDescription,
} from '@mcp/protocol'
import { completeHints, createResponse } from '@mcp/protocol'

/** A small server written by hand, for the tests of this package. */
export interface SampleServer extends CapabilityServer {
  routes: readonly Route[]
  describe(): ServerDescription
  readonly received: RequestEnvelope[]
  readonly closedSessions: string[]
  readonly isClosed: boolean
  tell(notification: NotificationEnvelope): void
}

export interface SampleServerOptions {
  readonly name?: string | undefined
  readonly routes?: readonly Route[] | undefined
  readonly operations?: readonly OperationDescription[] | undefined
  readonly process?:
    | ((request: RequestEnvelope, context: RequestContext) => Promise<ResponseEnvelope>)
    | undefined
}

/** Answers each request with its name, unless `process` says otherwise. */
export function createSampleServer(options: SampleServerOptions = {}): SampleServer {
  const { name = 'tools', routes = [{ type: 'tool-execution', targetKey: 'tool' }] } = options
  const { operations = [], process = async (request) => success(request, { by: name }) } = options
  const listeners = new Set<(notification: NotificationEnvelope) => void>()
  const received: RequestEnvelope[] = []
  const closedSessions: string[] = []
  let isClosed = false

  const server: SampleServer = {
    name,
    source: `${name}-source`,
    routes,
    received,
    closedSessions,
    get isClosed() {
      return isClosed
    },
    describe: () => ({
      name,
      source: `${name}-source`,
      version: '1.0.0',
      routes: server.routes,
      operations,
      notifications: {},
    }),
    process(request, context) {
      received.push(request)
      return process(request, context)
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    tell(notification) {
      for (const listener of listeners) listener(notification)
    },
    health: () => ({ state: 'healthy' }),
    sessionClosed(sessionId) {
      closedSessions.push(sessionId)
    },
    async close() {
      isClosed = true
    },
  }
  return server
}

export function success(
  request: RequestEnvelope,
  data: Readonly<Record<string, unknown>>,
): ResponseEnvelope {
  return createResponse(request.id, 'success', data)
}

/** One operation of type `tool-execution`, described. */
export function describeSample(
  operation: string,
  hints: OperationHints = {},
  target?: string,
): OperationDescription {
  return {
    type: 'tool-execution',
    targetKey: 'tool',
    ...(target === undefined ? {} : { target }),
    operation,
    title: operation,
    description: operation,
    paramsSchema: {},
    targetRequired: target !== undefined,
    resultSchema: {},
    hints: completeHints(hints),
    audience: 'model',
    errors: [],
    examples: [],
  }
}
