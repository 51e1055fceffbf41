import type { Clock, Contract, MaybePromise, ServerListing } from '@mcp/protocol'
import { builtinServers } from '@mcp/contracts'
import { defaultTimeoutMs, isRecord } from '@mcp/protocol'

import { ask } from './http/call-api.ts'
import type { Place } from './operations/call-operation.ts'
import { createSession } from './session/create-session.ts'
import { check, isServerList, isSessionInfo } from './http/read-response.ts'
import type { Session } from './session/session.ts'
import type { ToolMap, ToolTypes } from './operations/tool-types.ts'
import type { Link, Token } from './http/transport.ts'
import { createTransport } from './http/transport.ts'
import { waitingClock } from './http/wait.ts'

/** Where the session manager is, and how to talk to it. */
export interface ClientOptions<Contracts extends readonly Contract[], Tools extends ToolMap> {
  /** Where the session manager is; a path in front of its routes is kept. */
  readonly url: string | URL
  /** Contracts of servers that are not built in; each becomes a property of the session. */
  readonly contracts?: Contracts | undefined
  /** The tools whose calls are typed, from {@link toolTypes}. Default: every tool is untyped. */
  readonly tools?: ToolTypes<Tools> | undefined
  /** Sent as `Authorization: Bearer …`. A function is asked before each attempt. Default: nothing. */
  readonly token?: Token | undefined
  /** Sends one HTTP request: a service of this process, for instance. Default: the global `fetch`. */
  readonly fetch?: ((request: Request) => MaybePromise<Response>) | undefined
  /** How long a call waits, repeats included, in milliseconds. Default: one minute. */
  readonly timeoutMs?: number | undefined
  /** How often a call is repeated whose connection broke or whose error is retryable. Default: 5. */
  readonly retries?: number | undefined
  /** Whether typed calls fetch results that are too large for one answer. Default: true. */
  readonly readLargeResults?: boolean | undefined
  /** Replaces the system clock in tests. */
  readonly clock?: Clock | undefined
}

/** Which session to open or adopt. */
export interface ConnectOptions {
  /** How this client calls itself. Default: `mcp-client`. */
  readonly clientId?: string | undefined
  /** An existing session to go on with. Default: a new one. */
  readonly sessionId?: string | undefined
  /** Kept with a new session. */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined
  /** How long a new session may be idle, in milliseconds. Default: the session manager's. */
  readonly ttlMs?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/** The way to one session manager. */
export interface Client<Contracts extends readonly Contract[], Tools extends ToolMap> {
  /** Opens a session, or adopts the one with that `sessionId`. */
  connect(options?: ConnectOptions): Promise<Session<Contracts, Tools>>
  /** The servers there are, with what each can do and how it is. */
  servers(options?: Pick<ConnectOptions, 'signal'>): Promise<ServerListing[]>
  /** What the session manager says of itself. */
  health(options?: Pick<ConnectOptions, 'signal'>): Promise<Readonly<Record<string, unknown>>>
}

/**
 * A client of the session manager at `url`.
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
  clock = waitingClock,
}: ClientOptions<Contracts, Tools>): Client<Contracts, Tools> {
  const places = placesOf(contracts ?? [])
  const transport = createTransport({ url, token, fetch, now: () => clock.now() })
  const link = { transport, clock, timeoutMs, retries }

  return {
    async connect({ sessionId, signal, ...options } = {}) {
      const answer = await (sessionId === undefined
        ? openSession(link, options, signal)
        : ask(link, 'GET', `/sessions/${encodeURIComponent(sessionId)}`, {
            what: 'Adopting the session',
            signal,
          }))
      const info = check(answer, isSessionInfo, transport.name, 'a session')
      return createSession<Contracts, Tools>({ link, info, places, readLargeResults })
    },
    async servers({ signal } = {}) {
      const answer = await ask(link, 'GET', '/servers', { what: 'Listing the servers', signal })
      return check(answer, isServerList, transport.name, 'a list of servers').servers
    },
    async health({ signal } = {}) {
      const answer = await ask(link, 'GET', '/health', { what: 'Asking for the health', signal })
      return check(answer, isRecord, transport.name, 'an object')
    },
  }
}

function openSession(
  link: Link,
  { clientId = 'mcp-client', metadata, ttlMs }: ConnectOptions,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  const value = { clientId, metadata, ttlMs }
  // Repeated when the connection breaks: at worst a session is left to expire unused.
  return ask(link, 'POST', '/sessions', { what: 'Opening a session', value, signal })
}

function placesOf(contracts: readonly Contract[]): ReadonlyMap<string, Place> {
  const { tools, ...others } = builtinServers
  const servers: readonly (Place & { readonly name: string })[] = [
    { ...tools, fixedTarget: 'tools' },
    ...Object.values(others),
    ...contracts,
  ]
  return new Map(servers.map((server) => [server.name, server]))
}
