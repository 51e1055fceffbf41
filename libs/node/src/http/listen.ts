import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

import type { RateLimitOptions } from '@mcp/concurrency'
import type { CloseOptions, Service } from '@mcp/http'
import type { Clock } from '@mcp/protocol'
import { errorResponse } from '@mcp/http'
import { McpError, systemClock } from '@mcp/protocol'

import { createAddressLimit } from './limits/address-limit.ts'
import { refuseMalformedRequest } from './broken-request.ts'
import { createServer } from '../builtin-http.ts'
import { deferContinue } from './expect-continue.ts'
import { createHostCheck } from './host-check.ts'
import { createInFlight } from './in-flight.ts'
import { listenError, socketError } from './listen-error.ts'
import { logResponses } from '../logging/log-responses.ts'
import type { MetricsAccess } from '../metrics/serve-metrics.ts'
import { serveMetrics } from '../metrics/serve-metrics.ts'
import type { Logger } from '../logging/logger.ts'
import type { NodeHandlerOptions } from './create-node-handler.ts'
import type { NodeHandler } from './node-handler.ts'
import { createTrackedHandler } from './create-node-handler.ts'
import { traceRequests } from '../tracing/trace-requests.ts'
import { isLoopbackAddress } from './peer.ts'
import { createRefusalLog } from './refusal-log.ts'
import { defaultGraceMs, shutDown } from './shut-down.ts'
import { processUnreadResponses } from './limits/unread-responses.ts'
import { writeResponse } from './write-response.ts'

export interface ListenOptions extends NodeHandlerOptions, MetricsAccess {
  service: Service
  /** The port. 0 selects a free port. */
  port: number
  /** The address to listen on. Default: `127.0.0.1`. */
  host?: string | undefined
  /** Name of the environment variable that sets the port. Error messages mention it. */
  variable?: string | undefined
  /** Host names that callers may use in addition to localhost. Default: none. */
  allowedHosts?: readonly string[] | undefined
  /** Whether the service authenticates its callers. Default: false. */
  authenticated?: boolean | undefined
  /**
   * Rate limit per address. It applies if `authenticated` is false. Otherwise, only failed
   * authentications are limited per address. Default: no limit.
   */
  rateLimit?: RateLimitOptions | undefined
  /** Whether unauthenticated callers on other machines are allowed. Default: false. */
  allowAnonymous?: boolean | undefined
  /**
   * Receives one line per response at level `debug`, and refused requests at level `warn`, at most one per
   * reason and minute. Default: none.
   */
  log?: Logger | undefined
  /** Maximum time for a caller to send a request, in milliseconds. Default: one minute. */
  requestTimeoutMs?: number | undefined
  /** Replaces the system clock in tests. */
  clock?: Clock | undefined
}

/** Maximum body size of anonymous callers on other machines, in bytes. */
const maxAnonymousBytes = 256 * 1024

/** A server that accepts connections. */
export interface Listening {
  /** URL of the server, such as `http://localhost:5000`. */
  readonly url: string
  readonly port: number
  /**
   * Stops accepting connections, closes the service and then closes all connections. Closing the service
   * ends event streams and completes the requests in flight. Requests that take too long receive an
   * error. `close` takes at most `graceMs`, by default 7 seconds. Idempotent.
   */
  readonly close: (options?: CloseOptions) => Promise<void>
}

/**
 * Serves a service on a port, and resolves when it accepts connections.
 *
 * @throws McpError `forbidden` if the service would be open to the network without authentication, or
 * `unavailable` if the port cannot be opened.
 *
 * @example
 * const { url, close } = await listen({ service, port: 5000, variable: 'SESSION_MANAGER_PORT' })
 */
export async function listen(options: ListenOptions): Promise<Listening> {
  const { host = defaultHost } = options
  requireAuthentication(options, host)
  const { server, close } = createClosableServer(options, host)
  const port = await bind(server, options, host)
  return { url: `http://${displayName(host)}:${port}`, port, close }
}

/** Options of {@link listenOnSocket}. */
export interface SocketOptions extends Omit<ListenOptions, 'port' | 'host' | 'variable'> {
  /** Path of the Unix socket, or of the named pipe on Windows. */
  path: string
}

/**
 * Serves a service on a Unix socket or Windows pipe, and resolves when it accepts connections. Only the
 * user of this process can connect. The file of the socket is removed when the server closes.
 *
 * @throws McpError `unavailable` if the socket cannot be opened, for example because its file exists.
 *
 * @example
 * const { close } = await listenOnSocket({ service, path: '.data/hub.sock' })
 */
export async function listenOnSocket(options: SocketOptions): Promise<Pick<Listening, 'close'>> {
  const { path } = options
  const { server, close } = createClosableServer(options, defaultHost)
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(socketError(cause, path)))
    // The file must not be accessible to others at any moment. `listen` creates it synchronously.
    const mask = process.umask(0o177)
    try {
      server.listen({ path }, resolve)
    } finally {
      process.umask(mask)
    }
  })
  return { close }
}

const defaultHost = '127.0.0.1'

type ServerOptions = Omit<ListenOptions, 'port'>

function createClosableServer(
  options: ServerOptions,
  host: string,
): { readonly server: Server; readonly close: Listening['close'] } {
  const { service, log, clock = systemClock } = options
  const inFlight = createInFlight()
  const tracked = createTrackedHandler(service, inFlight, {
    ...options,
    maxAnonymousBytes: options.authenticated === true ? undefined : maxAnonymousBytes,
    isEncoding: true,
  })
  const served = serveMetrics(tracked, options, options.onError ?? (() => {}))
  const handler = traceRequests(logResponses(served, log))
  const server = createHttpServer(options, host, handler)
  let closing: Promise<void> | undefined
  return {
    server,
    close({ graceMs = defaultGraceMs } = {}) {
      closing ??= shutDown({ server, service, inFlight, graceMs, clock })
      return closing
    },
  }
}

function createHttpServer(options: ServerOptions, host: string, handler: NodeHandler): Server {
  const { requestTimeoutMs = 60_000 } = options
  const refuse = createHostCheck({ ...options, host })
  const limit = createAddressLimit(options)
  const logRefusal = createRefusalLog(options.log, options.clock ?? systemClock)
  const checked = (request: IncomingMessage, response: ServerResponse): void => {
    processUnreadResponses.check()
    const refused = refuse(request) ?? limit(request, response)
    if (refused === undefined) handler(request, response)
    else {
      logRefusal(refused)
      writeResponse(response, errorResponse(refused))
    }
  }
  const server = createServer(
    {
      // Maximum time to receive a request. A response, such as an event stream, has no time limit.
      requestTimeout: requestTimeoutMs,
      headersTimeout: Math.min(requestTimeoutMs, 20_000),
      connectionsCheckingInterval: Math.min(requestTimeoutMs, 5000),
      // Proxies close idle connections after a minute. This time is longer, so that the proxy closes
      // the connection first.
      keepAliveTimeout: 65_000,
    },
    checked,
  )
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    deferContinue(request)
    checked(request, response)
  })
  server.on('clientError', refuseMalformedRequest)
  server.on('connection', (socket: Socket) => {
    processUnreadResponses.add(socket, () => logRefusal(unreadResponses()))
  })
  return server
}

function unreadResponses(): McpError {
  return new McpError(
    'unavailable',
    'Unread responses take too much memory. The connections with the most unread bytes are closed.',
    { details: { reason: 'unread-responses' } },
  )
}

function bind(server: Server, { port, variable }: ListenOptions, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => reject(listenError(cause, { port, host, variable })))
    server.listen({ port, host }, () => resolve(portOf(server.address(), port)))
  })
}

function portOf(address: AddressInfo | string | null, requested: number): number {
  return typeof address === 'object' && address !== null ? address.port : requested
}

function requireAuthentication(options: ListenOptions, host: string): void {
  const { authenticated = false, allowAnonymous = false } = options
  if (authenticated || allowAnonymous || isLoopbackAddress(host)) return
  throw new McpError(
    'forbidden',
    `Refusing to listen on ${host}: the service would be open to the network without authentication. ` +
      'Set MCP_TOKENS or MCP_AUTH_ISSUER, or set MCP_ALLOW_ANONYMOUS=true to allow anonymous callers on the network.',
    { details: { reason: 'anonymous-on-network', host } },
  )
}

function displayName(host: string): string {
  if (isLoopbackAddress(host) || host === '0.0.0.0' || host === '::') return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}
