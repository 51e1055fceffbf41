import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

import type { Service } from '@mcp/http'
import type { Clock } from '@mcp/protocol'
import { bodyTooLarge, errorResponse } from '@mcp/http'
import { defaultLimits, McpError, systemClock } from '@mcp/protocol'

import { refuseMalformedRequest } from './broken-request.ts'
import { createHostCheck } from './host-check.ts'
import { createInFlight } from './in-flight.ts'
import { listenError } from './listen-error.ts'
import { logAnswers } from '../logging/log-responses.ts'
import type { Logger } from '../logging/logger.ts'
import type { NodeHandler, NodeHandlerOptions } from './node-handler.ts'
import { createTrackedHandler } from './node-handler.ts'
import { isLoopbackAddress } from './peer.ts'
import { shutDown } from './shut-down.ts'
import { writeResponse } from './write-response.ts'

export interface ListenOptions extends NodeHandlerOptions {
  service: Service
  /** The port; 0 takes a free one. */
  port: number
  /** The address to listen on. Default: `127.0.0.1`. */
  host?: string | undefined
  /** The variable that sets the port, for messages. */
  variable?: string | undefined
  /** Names besides this machine's own that callers may use. */
  allowedHosts?: readonly string[] | undefined
  /** Whether the service knows who calls. Default: false. */
  authenticated?: boolean | undefined
  /** Whether anybody who reaches the port may call, where callers are not authenticated. Default: false. */
  allowAnonymous?: boolean | undefined
  /** Gets each answer, at the level `debug`. Default: none. */
  log?: Logger | undefined
  /** How long a caller may take to send a request, in milliseconds. Default: one minute. */
  requestTimeoutMs?: number | undefined
  /** Replaces the system clock in tests. */
  clock?: Clock | undefined
}

/** A port that is listened on. */
export interface Listening {
  /** Such as `http://localhost:5000`. */
  readonly url: string
  readonly port: number
  /**
   * Stops listening, answers what is under way, ends the streams, closes the service and its
   * connections. Twice is harmless.
   */
  readonly close: (options?: CloseOptions) => Promise<void>
}

export interface CloseOptions {
  /** How long to wait for what is under way, in milliseconds. Default: 10 seconds. */
  graceMs?: number | undefined
}

/**
 * Serves a service on a port.
 *
 * @example
 * const { url, close } = await listen({ service, port: 5000, variable: 'SESSION_MANAGER_PORT' })
 */
export async function listen(options: ListenOptions): Promise<Listening> {
  const { service, host = '127.0.0.1', log, clock = systemClock } = options
  refuseOpenDoors(options, host)
  const inFlight = createInFlight()
  const handler = logAnswers(createTrackedHandler(service, inFlight, options), log)
  const server = createHttpServer(options, host, handler)
  const port = await bind(server, options, host)

  let closing: Promise<void> | undefined
  return {
    url: `http://${displayName(host)}:${port}`,
    port,
    close({ graceMs = 10_000 } = {}) {
      closing ??= shutDown({ server, service, inFlight, graceMs, clock })
      return closing
    },
  }
}

function createHttpServer(options: ListenOptions, host: string, handler: NodeHandler): Server {
  const { maxBodyBytes = defaultLimits.bodyBytes, requestTimeoutMs = 60_000 } = options
  const refuse = createHostCheck({ ...options, host })
  const guarded = (request: IncomingMessage, response: ServerResponse): void => {
    const refused = refuse(request)
    if (refused === undefined) handler(request, response)
    else writeResponse(response, errorResponse(refused))
  }
  const server = createServer(
    {
      // For what a caller sends; an answer, and so an event stream, may take as long as it likes.
      requestTimeout: requestTimeoutMs,
      headersTimeout: Math.min(requestTimeoutMs, 20_000),
      connectionsCheckingInterval: Math.min(requestTimeoutMs, 5000),
      // Longer than the minute that proxies keep a connection, so that they are the ones to close it.
      keepAliveTimeout: 65_000,
    },
    guarded,
  )
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    if (Number(request.headers['content-length']) > maxBodyBytes) {
      // The caller may now send no body at all, which nobody could tell from the next request.
      response.shouldKeepAlive = false
      writeResponse(response, errorResponse(bodyTooLarge(maxBodyBytes)))
    } else {
      response.writeContinue()
      guarded(request, response)
    }
  })
  server.on('clientError', refuseMalformedRequest)
  return server
}

function bind(server: Server, { port, variable }: ListenOptions, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => reject(listenError(cause, { port, host, variable })))
    server.listen({ port, host }, () => resolve(portOf(server.address(), port)))
  })
}

function portOf(address: AddressInfo | string | null, asked: number): number {
  return typeof address === 'object' && address !== null ? address.port : asked
}

function refuseOpenDoors(options: ListenOptions, host: string): void {
  const { authenticated = false, allowAnonymous = false } = options
  if (authenticated || allowAnonymous || isLoopbackAddress(host)) return
  throw new McpError(
    'forbidden',
    `Listening on ${host} opens this service to the network, and its callers are not authenticated. ` +
      'Set MCP_TOKENS, or MCP_ALLOW_ANONYMOUS=true where everybody who can reach it may use it.',
    { details: { reason: 'anonymous-on-network', host } },
  )
}

function displayName(host: string): string {
  if (isLoopbackAddress(host) || host === '0.0.0.0' || host === '::') return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}
