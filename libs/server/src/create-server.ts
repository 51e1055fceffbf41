import type { Service } from '@mcp/http'
import type {
  CapabilityServer,
  MaybePromise,
  NotifyOptions,
  Route,
  Schema,
  ServerDescription,
} from '@mcp/protocol'
import { McpError, readResultName, systemClock, systemNotifications } from '@mcp/protocol'

import { createCallRunner } from './calls/call-runner.ts'
import { describeServer } from './operations/describe-server.ts'
import type { HttpService } from './http/http-service.ts'
import { createHttpService } from './http/http-service.ts'
import { createLargeResults } from './results/large-results.ts'
import { createNotifier } from './events/notifier.ts'
import type { OperationGroup } from './operations/operation-group.ts'
import { createOperationTable } from './operations/operation-table.ts'
import { createReadResultRow } from './results/read-result.ts'
import type { ErrorContext, ServerOptions } from './server-options.ts'

/** A server in this process, which answers HTTP as well. */
export interface LocalServer extends CapabilityServer, Service {
  readonly fastRoute: NonNullable<Service['fastRoute']>
  sessionClosed(sessionId: string): MaybePromise<void>
  /**
   * Tells clients something outside any request: all of them, unless `sessionIds` names some.
   *
   * @throws McpError `internal` where the contract does not declare it so.
   */
  notify(type: string, data: Readonly<Record<string, unknown>>, options?: NotifyOptions): void
}

/** A server whose operations may change while it runs. */
export interface UpdatableServer extends LocalServer {
  /**
   * Puts these operations in the place of all, and tells listeners `catalogue-changed`.
   *
   * @throws McpError `invalid-request` where they contradict one another; then nothing changed.
   */
  update(groups: readonly OperationGroup[]): void
}

export interface ServerDefinition {
  /** Such as `tools`. */
  readonly name: string
  /** What it writes as `metadata.source`, such as `mcp-server-3`. */
  readonly source: string
  /** Semantic version of what it offers. */
  readonly version: string
  readonly groups: readonly OperationGroup[]
  /** What it tells clients unasked: the data's schema by notification type. Default: nothing. */
  readonly notifications?: Readonly<Record<string, Schema>> | undefined
  /**
   * What it claims. Default: a group for any target claims its whole type, a group for one target
   * claims that target. A server that answers for unknown targets too claims the type.
   */
  readonly routes?: readonly Route[] | undefined
  /** Its `source` gives way to the definition's. */
  readonly options?: ServerOptions | undefined
}

/**
 * Makes a server from groups of operations and their handlers: the lower level beneath
 * `defineServer`, for servers whose operations come from several places or change while they run.
 *
 * @example
 * const server = createServer({
 *   name: 'tools',
 *   source: 'mcp-server-3',
 *   version: '1.0.0',
 *   groups: [{ type: 'tool-execution', targetKey: 'tool', target: 'dice', operations, handlers }],
 * })
 */
export function createServer(definition: ServerDefinition): UpdatableServer {
  const { name, source, version, notifications = {}, routes, options = {} } = definition
  const { checkResults = false, maxResultBytes = 64 * 1024, clock = systemClock } = options
  const { sessionStates = [], maxBodyBytes, maxDepth, notificationRing: ringSize = 1000 } = options
  const serviceToken = options.serviceToken === '' ? undefined : options.serviceToken

  function report(thrown: unknown, context: ErrorContext = {}): void {
    try {
      options.onError?.(McpError.from(thrown), context)
    } catch {
      // Whoever reports failures has none left to report its own to.
    }
  }

  const kept = createLargeResults()
  const notifier = createNotifier({
    source,
    schemas: notifications,
    now: () => clock.now(),
    onError: report,
  })
  const common = { [readResultName]: createReadResultRow(name, kept) }
  let { groups } = definition
  let table = createOperationTable(name, groups, common)
  let description: ServerDescription | undefined
  const runner = createCallRunner({
    source,
    table: () => table,
    notifier,
    largeResults: kept,
    maxResultBytes,
    checkResults,
    clock,
    onError: (thrown, request) => report(thrown, { request }),
  })
  let closed: Promise<void> | undefined

  /** Runs each, even where one fails. */
  async function releaseAll(releases: Iterable<() => MaybePromise<void>>): Promise<void> {
    for (const release of releases) {
      try {
        await release()
      } catch (thrown) {
        report(thrown)
      }
    }
  }

  function sessionClosed(sessionId: string): Promise<void> {
    runner.sessionClosed(sessionId)
    kept.sessionClosed(sessionId)
    return releaseAll(sessionStates.map((state) => () => state.sessionClosed(sessionId)))
  }

  const server: CapabilityServer = {
    name,
    source,
    // Built on first use, since writing JSON Schema takes longer than starting.
    describe: () =>
      (description ??= describeServer({ name, source, version, groups, notifications, routes })),
    process: (request, context) => runner.process(request, context),
    subscribe: (listener) => notifier.subscribe(listener),
    async health() {
      if (closed !== undefined) return { state: 'unhealthy', reason: 'shutting down' }
      try {
        return (await options.health?.()) ?? { state: 'healthy' }
      } catch (thrown) {
        report(thrown)
        return { state: 'unhealthy', reason: 'its health check failed' }
      }
    },
    sessionClosed,
    close() {
      closed ??= shutDown()
      return closed
    },
  }

  let service: HttpService | undefined
  function http(): HttpService {
    if (service !== undefined) return service
    const onError = report
    const limits = { maxBodyBytes, maxDepth }
    service = createHttpService({ server, serviceToken, limits, ringSize, clock, onError })
    if (closed !== undefined) service.close()
    return service
  }

  async function shutDown(): Promise<void> {
    runner.close()
    kept.close()
    await releaseAll([
      () => service?.close(),
      ...sessionStates.map((state) => () => state.close()),
      async () => options.onClose?.(),
    ])
    notifier.close()
  }

  return {
    ...server,
    sessionClosed,
    notify: (type, data, { sessionIds } = {}) => notifier.notify(type, data, sessionIds),
    fetch: (request, peer) => http().fetch(request, peer),
    fastRoute: (method, path) => http().fastRoute(method, path),
    update(changed) {
      table = createOperationTable(name, changed, common)
      groups = changed
      description = undefined
      notifier.publish(systemNotifications.catalogueChanged, { server: name })
    },
  }
}
