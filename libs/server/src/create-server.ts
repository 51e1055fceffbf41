import type { CloseOptions, Service } from '@mcp/http'
import type {
  CapabilityServer,
  Health,
  MaybePromise,
  NotifyOptions,
  Route,
  Schema,
  ServerDescription,
} from '@mcp/protocol'
import { readResultName, systemClock, systemNotifications } from '@mcp/protocol'

import { createCallRunner } from './calls/call-runner.ts'
import { describeServer } from './operations/describe-server.ts'
import type { ReportError } from './errors/error-reporter.ts'
import { createErrorReporter, runAll } from './errors/error-reporter.ts'
import type { HttpService } from './http/http-service.ts'
import { createHttpService } from './http/http-service.ts'
import { createLargeResults } from './results/large-results.ts'
import { createNotifier } from './events/notifier.ts'
import type { OperationGroup } from './operations/operation-group.ts'
import { createOperationTable } from './operations/operation-table.ts'
import { createReadResultRow } from './results/read-result.ts'
import type { ServerOptions } from './server-options.ts'

/** A server in this process, which can also be served over HTTP. */
export interface LocalServer extends CapabilityServer, Service {
  readonly fastRoute: NonNullable<Service['fastRoute']>
  sessionClosed(sessionId: string): MaybePromise<void>
  /** Closes the server. See {@link Service.close}. Default: no grace period. */
  close(options?: CloseOptions): Promise<void>
  /**
   * Emits a notification outside a request. The recipients are the sessions in `options.sessionIds` or,
   * by default, all sessions.
   *
   * @throws McpError `internal` if the contract does not declare the type or the data is invalid.
   */
  notify(type: string, data: Readonly<Record<string, unknown>>, options?: NotifyOptions): void
}

/** A server whose operations may change while it runs. */
export interface UpdatableServer extends LocalServer {
  /**
   * Replaces all operations, and emits `catalogue-changed`.
   *
   * @throws McpError `invalid-request` if a group is inconsistent or the groups contradict one
   * another. The operations then do not change.
   */
  update(groups: readonly OperationGroup[]): void
}

export interface ServerDefinition {
  /** Name of the server, such as `tools`. */
  readonly name: string
  /** Value of `metadata.source` in responses, such as `mcp-server-3`. */
  readonly source: string
  /** Semantic version of the operations. */
  readonly version: string
  readonly groups: readonly OperationGroup[]
  /** Schemas of the data of notifications, by notification type. Default: none. */
  readonly notifications?: Readonly<Record<string, Schema>> | undefined
  /**
   * Routes that the server handles. Default: for each request type, one route with the targets of its groups.
   * If a group has no fixed target or the type is an alias, the route has only the type. To handle unknown
   * targets, pass a route with only the type.
   */
  readonly routes?: readonly Route[] | undefined
  /** Options of the server. `source` in the options is ignored; `source` above is used. */
  readonly options?: ServerOptions | undefined
}

/**
 * Creates a server from groups of operations and their handlers. This is the low-level alternative to
 * `defineServer`, for servers whose operations come from several modules or change while they run.
 *
 * @example
 * const server = createServer({
 *   name: 'tools',
 *   source: 'mcp-server-3',
 *   version: '1.0.0',
 *   groups: [{ type: 'tool-execution', targetKey: 'tool', target: 'dice', operations, handlers }],
 * })
 */
// It is a single function because the parts of a server share its table, notifier and call runner.
// oxlint-disable-next-line max-lines-per-function
export function createServer(definition: ServerDefinition): UpdatableServer {
  const { name, source, version, notifications = {}, routes, options = {} } = definition
  const { checkResults = false, maxResultBytes = 64 * 1024, clock = systemClock } = options
  const { sessionStates = [], maxReplayedNotifications = 1000 } = options
  const { authenticate, allowDirectCalls = false } = options
  const serviceToken = options.serviceToken === '' ? undefined : options.serviceToken
  const report = createErrorReporter(options.onError)

  const largeResults = createLargeResults()
  const notifier = createNotifier({
    source,
    schemas: notifications,
    now: () => clock.now(),
    onError: report,
  })
  const common = { [readResultName]: createReadResultRow(name, largeResults) }
  let { groups } = definition
  let table = createOperationTable(name, groups, common)
  let description: ServerDescription | undefined
  const runner = createCallRunner({
    source,
    table: () => table,
    notifier,
    largeResults,
    maxResultBytes,
    checkResults,
    clock,
    onError: (thrown, request) => report(thrown, { request }),
  })
  let closed: Promise<void> | undefined

  function sessionClosed(sessionId: string): Promise<void> {
    runner.sessionClosed(sessionId)
    largeResults.sessionClosed(sessionId)
    return runAll(
      sessionStates.map((state) => () => state.sessionClosed(sessionId)),
      report,
    )
  }

  const server = {
    name,
    source,
    // The description is built on first use, because generating JSON Schema takes longer than
    // starting the server.
    describe: () =>
      (description ??= describeServer({ name, source, version, groups, notifications, routes })),
    process: (request, context) => runner.process(request, context),
    subscribe: (listener) => notifier.subscribe(listener),
    async health() {
      if (closed !== undefined) return { state: 'unhealthy', reason: 'shutting down' }
      return checkHealth(options.health, report)
    },
    sessionClosed,
    close({ graceMs = 0 }: CloseOptions = {}) {
      closed ??= shutDown(graceMs)
      return closed
    },
  } satisfies CapabilityServer

  let service: HttpService | undefined
  function http(): HttpService {
    if (service !== undefined) return service
    const { maxBodyBytes, maxDepth, maxValues } = options
    service = createHttpService({
      server,
      serviceToken,
      authenticate,
      allowDirectCalls,
      limits: { maxBodyBytes, maxDepth, maxValues },
      maxReplayedNotifications,
      clock,
      onError: report,
    })
    if (closed !== undefined) service.close()
    return service
  }

  async function shutDown(graceMs: number): Promise<void> {
    service?.close()
    await runner.close(graceMs)
    largeResults.close()
    const releases = [
      ...sessionStates.map((state) => () => state.close()),
      async () => options.onClose?.(),
    ]
    await runAll(releases, report)
    notifier.close()
  }

  return {
    ...server,
    sessionClosed,
    notify: (type, data, { sessionIds } = {}) => notifier.notify(type, data, sessionIds),
    fetch: (request, peer) => http().fetch(request, peer),
    fastRoute: (method, path) => http().fastRoute(method, path),
    maxBodyBytes: options.maxBodyBytes,
    update(newGroups) {
      table = createOperationTable(name, newGroups, common)
      groups = newGroups
      description = undefined
      notifier.publish(systemNotifications.catalogueChanged, { server: name })
    },
  }
}

async function checkHealth(check: ServerOptions['health'], report: ReportError): Promise<Health> {
  try {
    return (await check?.()) ?? { state: 'healthy' }
  } catch (thrown) {
    report(thrown)
    return { state: 'unhealthy', reason: 'health check failed' }
  }
}
