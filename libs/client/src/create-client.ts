import type { Clock, Contract, MaybePromise, ServerListing } from '@mcp/protocol'
import { builtinServers } from '@mcp/contracts'
import { defaultTimeoutMs, isRecord } from '@mcp/protocol/light'

import { callApi } from './http/call-api.ts'
import { pathSegment } from './http/failures.ts'
import { keepAliveClock } from './http/retry.ts'
import type { OperationAddress } from './operations/call-operation.ts'
import { createSession } from './session/create-session.ts'
import { expectValue, isServerList, isSessionInfo } from './http/read-response.ts'
import type { Session } from './session/session.ts'
import type { ToolMap, ToolTypes } from './operations/tool-types.ts'
import type { Link } from './http/link.ts'
import type { Token } from './http/transport.ts'
import { createTransport } from './http/transport.ts'

/** Options of {@link createClient}. */
export interface ClientOptions<Contracts extends readonly Contract[], Tools extends ToolMap> {
  /** URL of the session manager. The API routes are appended to its path. */
  readonly url: string | URL
  /** Contracts of servers that are not built in. Each contract becomes a property of the session. */
  readonly contracts?: Contracts | undefined
  /** Types of tools, from {@link toolTypes}, for typed calls. Default: no tool is typed. */
  readonly tools?: ToolTypes<Tools> | undefined
  /** Token to send as `Authorization: Bearer …`. A function is called before each attempt. Default: none. */
  readonly token?: Token | undefined
  /** Function that sends an HTTP request, for example to a service in this process. Default: `fetch`. */
  readonly fetch?: ((request: Request) => MaybePromise<Response>) | undefined
  /**
   * Time limit of a call including its retries and all parts of a large result, in milliseconds. Default: one
   * minute.
   */
  readonly timeoutMs?: number | undefined
  /** Maximum number of retries after a broken connection or a retryable error. Default: 5. */
  readonly retries?: number | undefined
  /** Whether typed calls fetch results that are too large for one response. Default: true. */
  readonly readLargeResults?: boolean | undefined
  /** Replaces the system clock in tests. */
  readonly clock?: Clock | undefined
}

/** Options of {@link Client.connect}. */
export interface ConnectOptions {
  /** Name of this client. Default: `mcp-client`. */
  readonly clientId?: string | undefined
  /** Id of an existing session to continue. Default: a new session. */
  readonly sessionId?: string | undefined
  /** Metadata stored with a new session. Default: none. */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined
  /** Idle time until a new session expires, in milliseconds. Default: the session manager's default. */
  readonly ttlMs?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/** A client of one session manager. */
export interface Client<Contracts extends readonly Contract[], Tools extends ToolMap> {
  /** Opens a session. If `sessionId` is given, continues that session instead. */
  connect(options?: ConnectOptions): Promise<Session<Contracts, Tools>>
  /** Returns the servers with their operations and their health. */
  servers(options?: Pick<ConnectOptions, 'signal'>): Promise<ServerListing[]>
  /** Returns the health of the session manager. */
  health(options?: Pick<ConnectOptions, 'signal'>): Promise<Readonly<Record<string, unknown>>>
}

/**
 * Creates a client of the session manager at `url`.
 *
 * @example
 * const client = createClient({ url: 'http://127.0.0.1:5000' })
 * await using session = await client.connect()
 *
 * const sum = await session.tools.execute({
 *   tool: 'calculator',
 *   operation: 'add',
 *   params: { a: 2, b: 3 },
 * })
 */
export function createClient<
  const Contracts extends readonly Contract[] = [],
  Tools extends ToolMap = Record<never, never>,
>({
  url,
  contracts,
  token,
  fetch,
  timeoutMs = defaultTimeoutMs,
  retries = 5,
  readLargeResults = true,
  clock = keepAliveClock,
}: ClientOptions<Contracts, Tools>): Client<Contracts, Tools> {
  const addresses = addressesOf(contracts ?? [])
  const transport = createTransport({ url, token, fetch, clock })
  const link = { transport, clock, timeoutMs, retries }

  return {
    async connect({ sessionId, signal, ...options } = {}) {
      const response = await (sessionId === undefined
        ? openSession(link, options, signal)
        : callApi(link, 'GET', `/sessions/${pathSegment(sessionId)}`, {
            what: 'GET /sessions',
            signal,
          }))
      const info = expectValue(response, isSessionInfo, transport.name, 'a session')
      return createSession<Contracts, Tools>({ link, info, addresses, readLargeResults })
    },
    async servers({ signal } = {}) {
      const response = await callApi(link, 'GET', '/servers', {
        what: 'GET /servers',
        signal,
      })
      return expectValue(response, isServerList, transport.name, 'a list of servers').servers
    },
    async health({ signal } = {}) {
      const response = await callApi(link, 'GET', '/health', {
        what: 'GET /health',
        signal,
      })
      return expectValue(response, isRecord, transport.name, 'an object')
    },
  }
}

function openSession(
  link: Link,
  { clientId = 'mcp-client', metadata, ttlMs }: ConnectOptions,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  const value = { clientId, metadata, ttlMs }
  // This call is safe to retry. In the worst case, an unused session remains until it expires.
  return callApi(link, 'POST', '/sessions', { what: 'POST /sessions', value, signal })
}

function addressesOf(contracts: readonly Contract[]): ReadonlyMap<string, OperationAddress> {
  const servers: readonly (OperationAddress & { readonly name: string })[] = [
    ...Object.values(builtinServers),
    // The Map keeps the last entry of a name.
    { ...builtinServers.tools, fixedTarget: 'tools' },
    ...contracts,
  ]
  return new Map(servers.map((server) => [server.name, server]))
}
