import type { ClientRequest, IncomingMessage } from 'node:http'

import { isErrorBody, isRecord, McpError, parseJson } from '@mcp/protocol/light'

import { unreachableError } from '../output/exit-codes.ts'

// An import of `node:http` reads all its properties, and one of them loads `fetch`, which takes as long as
// the start of Node.
const { Agent, request: httpRequest } = process.getBuiltinModule('node:http')

export interface ConnectionOptions {
  /** URL of the client app. */
  readonly url: string
  readonly token?: string | undefined
  /** Returns the secret that identifies the user if there is no token. Called at the first request. */
  readonly owner?: (() => string) | undefined
}

export interface SendOptions {
  /** Body, sent as JSON. Default: no body. */
  readonly value?: unknown
  /** Body that is already JSON. Used if `value` is undefined. */
  readonly json?: string | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly signal?: AbortSignal | undefined
}

export interface HubResponse {
  readonly status: number
  readonly header: (name: string) => string | undefined
  readonly text: () => Promise<string>
  readonly chunks: AsyncIterable<Uint8Array>
  /** Returns the response in the form of `fetch`. */
  readonly toResponse: () => Response
}

/** Connections to the client app of a hub. */
export interface Connection {
  readonly url: string
  readonly token: string | undefined
  /** Sends one request, and resolves with the response of any status. */
  send(method: string, path: string, options?: SendOptions): Promise<HubResponse>
  /**
   * Sends one request, and resolves with the JSON of the response; undefined if empty. Throws the error of the
   * hub.
   */
  json(method: string, path: string, options?: SendOptions): Promise<unknown>
  /** Sends a request as `fetch` does. Throws the error of the hub for a status of 400 or more. */
  fetch(request: Request): Promise<Response>
  close(): Promise<void>
}

/** Creates a connection. It uses `node:http`, because loading `fetch` takes longer than a call. */
export function createConnection({ url, token, owner }: ConnectionOptions): Connection {
  const base = new URL(url)
  const prefix = base.pathname.replace(/\/+$/, '')
  const agent = base.protocol === 'http:' ? new Agent({ keepAlive: true }) : undefined
  let secret: string | undefined

  async function send(
    method: string,
    path: string,
    { value, json, headers, signal }: SendOptions = {},
  ): Promise<HubResponse> {
    signal?.throwIfAborted()
    const body = value === undefined ? json : JSON.stringify(value)
    secret ??= owner?.()
    const request = agent === undefined ? (await import('node:https')).request : httpRequest
    return new Promise((resolve, reject) => {
      const sent: ClientRequest = request(
        new URL(`${prefix}${path}`, base),
        {
          method,
          agent,
          signal,
          headers: {
            accept: 'application/json',
            ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
            ...(secret === undefined ? {} : { 'x-mcp-owner': secret }),
            ...(body === undefined
              ? {}
              : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
            ...headers,
          },
        },
        (response) => resolve(responseOf(response, signal)),
      )
      sent.on('error', (cause) => reject(failureOf(cause, base, signal)))
      sent.end(body)
    })
  }

  return {
    url,
    token,
    send,
    async json(method, path, options) {
      const response = await send(method, path, options)
      const text = await response.text()
      const isOk = response.status >= 200 && response.status < 300
      if (isOk && text === '') return undefined
      const body = readBody(text, base)
      if (isOk) return body
      throw hubError(response.status, body, base)
    },
    async fetch(request) {
      const { pathname, search } = new URL(request.url)
      const { method, signal } = request
      const headers = Object.fromEntries(request.headers)
      const text = await request.text()
      const options = { json: text === '' ? undefined : text, headers, signal }
      const sent = await send(method, `${pathname.slice(prefix.length)}${search}`, options)
      if (sent.status >= 400) throw hubError(sent.status, readErrorBody(await sent.text()), base)
      return sent.toResponse()
    },
    async close() {
      agent?.destroy()
    },
  }
}

function responseOf(response: IncomingMessage, signal: AbortSignal | undefined): HubResponse {
  return {
    status: response.statusCode ?? 0,
    header: (name) => {
      const value = response.headers[name]
      return Array.isArray(value) ? value[0] : value
    },
    chunks: response,
    toResponse() {
      const { statusCode: status = 0, headers } = response
      const isEmpty = status === 204 || status === 304
      if (isEmpty) response.resume()
      return new Response(isEmpty ? null : toStream(response), {
        status,
        headers: { 'content-type': headers['content-type'] ?? '' },
      })
    },
    async text() {
      const chunks: Buffer[] = []
      try {
        for await (const chunk of response) chunks.push(chunk)
      } catch (cause) {
        signal?.throwIfAborted()
        throw unreachableError(
          'The hub closed the connection before its response was complete.',
          cause,
        )
      }
      return Buffer.concat(chunks).toString('utf8')
    },
  }
}

function toStream(response: IncomingMessage): ReadableStream<Uint8Array> {
  const chunks: AsyncIterator<Uint8Array> = response[Symbol.asyncIterator]()
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await chunks.next()
      if (done === true) controller.close()
      else controller.enqueue(value)
    },
    cancel: () => void response.destroy(),
  })
}

function failureOf(
  cause: NodeJS.ErrnoException,
  url: URL,
  signal: AbortSignal | undefined,
): unknown {
  if (signal?.aborted === true) return signal.reason
  const reason = cause.code ?? cause.message
  const remedy = 'Start it with "mcp start", use --hub, or set --url or MCP_URL.'
  return unreachableError(`Cannot reach the hub at ${url.origin} (${reason}). ${remedy}`, cause)
}

function readBody(text: string, url: URL): unknown {
  try {
    return parseJson(text)
  } catch (cause) {
    throw new McpError('upstream-error', `${url.origin} did not return JSON. Is it a hub?`, {
      cause,
    })
  }
}

/** Returns the body of an error response, or undefined if it is not JSON. */
export function readErrorBody(text: string): unknown {
  try {
    return parseJson(text)
  } catch {
    return undefined
  }
}

/** Returns the error of an HTTP response. */
export function hubError(status: number, body: unknown, { origin }: URL): McpError {
  const error = isRecord(body) ? body['error'] : undefined
  if (isErrorBody(error)) {
    const remedy = error.code === 'unauthenticated' ? ' Set MCP_TOKEN to your token.' : ''
    return McpError.fromBody({ ...error, message: `${error.message}${remedy}` })
  }
  const code = status === 401 ? 'unauthenticated' : status === 403 ? 'forbidden' : 'upstream-error'
  return new McpError(code, `${origin} returned HTTP ${status}.`)
}
