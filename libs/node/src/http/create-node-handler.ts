import type { IncomingMessage, ServerResponse } from 'node:http'

import type { RawResponse, RawRoute, Service, TextResponse } from '@mcp/http'
import { errorResponse } from '@mcp/http'
import type { MaybePromise } from '@mcp/protocol'
import { defaultLimits, McpError } from '@mcp/protocol'

import { encodeText, isLarge } from '../encoding/encode-response.ts'
import { allowOrigins } from './cross-origin.ts'
import { createFetchListener } from './fetch-listener.ts'
import { createRawRequest } from './raw-request.ts'
import type { InFlight } from './in-flight.ts'
import { createInFlight } from './in-flight.ts'
import type { NodeHandler } from './node-handler.ts'
import { stripPrefix } from './path-prefix.ts'
import { peerOf } from './peer.ts'
import { discardBody, hasBody, readIncoming } from './read-incoming.ts'
import type { WrittenResponse } from './write-response.ts'
import { writeResponse } from './write-response.ts'

export interface NodeHandlerOptions {
  /** Path of the handler. Not needed if the framework removes the path from the URL. Default: none. */
  pathPrefix?: string | undefined
  /**
   * Whether `X-Forwarded-For`, `-Proto`, `-Host` and `-Prefix` are honoured. Default: false. `X-Forwarded-For`
   * from a proxy on this machine is always honoured.
   */
  trustProxy?: boolean | undefined
  /** Origins whose pages may call, such as `https://app.example.org`. Default: none. */
  allowedOrigins?: readonly string[] | undefined
  /** Further request headers that pages of these origins may send, such as `x-api-key`. Default: none. */
  allowedHeaders?: readonly string[] | undefined
  /** Receives unexpected errors. Default: do nothing. */
  onError?: ((error: unknown) => void) | undefined
}

/**
 * Creates a request listener of a service for `node:http`, Express or Fastify. Raw handlers serve the
 * fast routes of the service, and `fetch` serves all other requests. If `express.json()` has already
 * read the body, the handler uses `request.body`.
 *
 * @example
 * app.use('/mcp-sessions', createNodeHandler(sessionManager))
 */
export function createNodeHandler(service: Service, options: NodeHandlerOptions = {}): NodeHandler {
  return createTrackedHandler(service, createInFlight(), options)
}

export interface TrackedHandlerOptions extends NodeHandlerOptions {
  /** Maximum body size of remote callers, in bytes. Default: the maximum of the service. */
  maxAnonymousBytes?: number | undefined
  /** Whether large responses are compressed and have an ETag. Default: false. */
  isEncoding?: boolean | undefined
}

/** Creates the handler of {@link createNodeHandler} and tracks its responses in `inFlight`. */
export function createTrackedHandler(
  service: Service,
  inFlight: InFlight,
  options: TrackedHandlerOptions,
): NodeHandler {
  const { pathPrefix = '', trustProxy = false, onError = () => {} } = options
  const { allowedOrigins = [], allowedHeaders } = options
  const { maxBodyBytes = defaultLimits.maxBodyBytes } = service
  const { maxAnonymousBytes = maxBodyBytes, isEncoding = false } = options
  const fetchOptions = { pathPrefix, trustProxy, maxBodyBytes, isEncoding, onError }
  const handleByFetch = createFetchListener(service, inFlight, fetchOptions)

  const serve: NodeHandler = (request, response) => {
    if (pathPrefix !== '') stripPrefix(request, pathPrefix)
    const route = service.fastRoute?.(request.method ?? 'GET', request.url ?? '/')
    const isLimited = maxAnonymousBytes < maxBodyBytes && isRemoteBody(request, trustProxy)
    const limit = isLimited ? maxAnonymousBytes : maxBodyBytes
    const limits = { maxBodyBytes: limit, trustProxy, isEncoding }
    const exchange = { request, response, inFlight, ...limits, onError }
    if (route !== undefined) {
      serveRaw(route, exchange)
    } else if (isLimited) {
      readIncoming(request, response, limit, {
        done(body) {
          handleByFetch(Object.assign(request, { body }), response)
        },
        fail: (thrown) => finish(exchange, failureResponse(thrown, onError)),
      })
    } else {
      handleByFetch(request, response)
    }
  }
  return allowOrigins(serve, allowedOrigins, allowedHeaders)
}

/** Whether a request has a body and comes from another machine. */
function isRemoteBody(request: IncomingMessage, trustProxy: boolean): boolean {
  return hasBody(request) && peerOf(request, trustProxy).isLoopback === false
}

interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly inFlight: InFlight
  readonly maxBodyBytes: number
  readonly onError: (error: unknown) => void
  readonly trustProxy: boolean
  readonly isEncoding: boolean
}

function serveRaw(route: RawRoute, exchange: Exchange): void {
  const { request, response, inFlight, onError } = exchange
  const raw = createRawRequest(request, response, exchange.trustProxy)
  settle(
    exchange,
    () => route(raw),
    (admitted) => {
      if (typeof admitted !== 'function') {
        finish(exchange, admitted)
        discardBody(request, exchange.maxBodyBytes)
        return
      }
      // A response is not in flight while the body is read. If the caller disconnects before the end,
      // neither callback runs, and nothing would remove the response again.
      inFlight.delete(response)
      readIncoming(request, response, exchange.maxBodyBytes, {
        done(body) {
          raw.body = body
          settle(
            exchange,
            () => admitted(raw),
            (result) => finish(exchange, result),
          )
        },
        fail(thrown) {
          finish(exchange, admitted.fail?.(thrown) ?? failureResponse(thrown, onError))
        },
      })
    },
  )
}

/** Runs one step of an exchange. `proceed` receives its result, or an error response if it fails. */
function settle<Result>(
  { response, inFlight, onError }: Exchange,
  run: () => MaybePromise<Result>,
  proceed: (result: Result | TextResponse) => void,
): void {
  let result
  try {
    result = run()
  } catch (thrown) {
    result = failureResponse(thrown, onError)
  }
  // A synchronous result needs no promise, which would cost time on the fast path.
  if (!(result instanceof Promise)) {
    proceed(result)
    return
  }
  inFlight.add(response)
  result
    .catch((thrown: unknown) => failureResponse(thrown, onError))
    .then(proceed)
    .catch(onError)
}

/** Writes a response. A small one, as most are, is written at once. */
function finish(exchange: Exchange, result: RawResponse): void {
  const { request, response, inFlight, onError } = exchange
  if (!exchange.isEncoding || !('body' in result) || !isLarge(request, result)) {
    write(exchange, result)
    return
  }
  inFlight.add(response)
  encodeText(request, response, result)
    .then((encoded) => write(exchange, encoded))
    .catch(onError)
}

function write({ request, response, inFlight }: Exchange, result: WrittenResponse): void {
  // A shutdown may have sent an error response already.
  if (response.destroyed || response.headersSent) {
    inFlight.delete(response)
    return
  }
  // An event stream does not end by itself, so a shutdown does not wait for it. A shutdown waits for
  // every other response that is streamed.
  const isEvents = 'stream' in result && request.method === 'GET'
  if (inFlight.isDraining || isEvents) response.shouldKeepAlive = false
  writeResponse(response, result)
  if ('stream' in result && !isEvents) {
    inFlight.add(response)
    response.once('close', () => inFlight.delete(response))
  } else {
    inFlight.delete(response)
  }
}

/** Returns the response for an error. Reports unexpected errors with their incident id. */
function failureResponse(thrown: unknown, onError: (error: unknown) => void): TextResponse {
  const error = McpError.from(thrown)
  if (error.code === 'internal') onError(error)
  return errorResponse(error)
}
