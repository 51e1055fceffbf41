import type { IncomingMessage, ServerResponse } from 'node:http'

import type { RawHandler, RawResponse, TextResponse, Service } from '@mcp/http'
import { errorResponse } from '@mcp/http'
import { defaultLimits, McpError } from '@mcp/protocol'

import { allowOrigins } from './cross-origin.ts'
import { createFetchListener } from './fetch-listener.ts'
import { createHotRequest } from './raw-request.ts'
import type { InFlight } from './in-flight.ts'
import { createInFlight } from './in-flight.ts'
import { stripPrefix } from './path-prefix.ts'
import { readIncoming } from './read-incoming.ts'
import { writeResponse } from './write-response.ts'

/** What `node:http`, Express and Fastify call with a request. */
export type NodeHandler = (request: IncomingMessage, response: ServerResponse) => void

export interface NodeHandlerOptions {
  /** The longest body a hot route takes, in bytes. Default: 4 MiB. */
  maxBodyBytes?: number | undefined
  /** The path this is mounted at, where the host does not take it off. Default: none. */
  pathPrefix?: string | undefined
  /** Whether `X-Forwarded-Proto`, `-Host` and `-Prefix` count. Default: false. */
  trustProxy?: boolean | undefined
  /** Other sites whose pages may call, such as `https://app.example.org`. Default: none. */
  allowedOrigins?: readonly string[] | undefined
  /** Told of failures nobody expected. Default: do nothing. */
  onError?: ((error: unknown) => void) | undefined
}

/**
 * Serves a service from `node:http`, or from a framework on top of it: hot routes the short way,
 * the rest by `fetch`. A body that `express.json()` has already read is taken from `request.body`.
 *
 * @example
 * app.use('/mcp-sessions', createNodeHandler(sessionManager))
 */
export function createNodeHandler(service: Service, options: NodeHandlerOptions = {}): NodeHandler {
  return createTrackedHandler(service, createInFlight(), options)
}

/** {@link createNodeHandler} for a host that waits for the answers under way. */
export function createTrackedHandler(
  service: Service,
  inFlight: InFlight,
  options: NodeHandlerOptions,
): NodeHandler {
  const {
    maxBodyBytes = defaultLimits.bodyBytes,
    pathPrefix = '',
    trustProxy = false,
    allowedOrigins = [],
    onError = () => {},
  } = options
  const answerByFetch = createFetchListener(service, inFlight, { pathPrefix, trustProxy, onError })

  const serve: NodeHandler = (request, response) => {
    if (pathPrefix !== '') stripPrefix(request, pathPrefix)
    const hot = service.fastRoute?.(request.method ?? 'GET', request.url ?? '/')
    if (hot === undefined) {
      answerByFetch(request, response)
      return
    }
    const exchange = { request, response, inFlight }
    readIncoming(request, maxBodyBytes, {
      done: (body) => answerHot(hot, exchange, body, onError),
      fail: (error) => finish(exchange, errorResponse(error)),
    })
  }
  return allowOrigins(serve, allowedOrigins)
}

interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly inFlight: InFlight
}

function answerHot(
  hot: RawHandler,
  exchange: Exchange,
  body: Uint8Array,
  onError: (error: unknown) => void,
): void {
  const { request, response, inFlight } = exchange
  let answer
  try {
    answer = hot(createHotRequest(request, response, body))
  } catch (thrown) {
    answer = failureAnswer(thrown, onError)
  }
  // A handler that answers at once costs no promise.
  if (!(answer instanceof Promise)) {
    finish(exchange, answer)
    return
  }
  inFlight.add(response)
  answer
    .catch((thrown: unknown) => failureAnswer(thrown, onError))
    .then((settled) => finish(exchange, settled))
    .catch(onError)
}

function finish({ request, response, inFlight }: Exchange, answer: RawResponse): void {
  if (response.destroyed) {
    inFlight.delete(response)
    return
  }
  // A stream that answers a request ends by itself and is waited for; one of events never does.
  const isEvents = 'stream' in answer && request.method === 'GET'
  if (inFlight.isDraining || isEvents) response.shouldKeepAlive = false
  writeResponse(response, answer)
  if ('stream' in answer && !isEvents) {
    inFlight.add(response)
    response.once('close', () => inFlight.delete(response))
  } else {
    inFlight.delete(response)
  }
}

/** The answer to a failure; one that nobody expected is told, with its incident id. */
export function failureAnswer(thrown: unknown, onError: (error: unknown) => void): TextResponse {
  const error = McpError.from(thrown)
  if (error.code === 'internal') onError(error)
  return errorResponse(error)
}
