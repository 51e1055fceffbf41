import type { MaybePromise } from '@mcp/protocol'
import { McpError } from '@mcp/protocol/light'

import {
  connectionFailed,
  invalidResponse,
  parseBase,
  pathSegment,
  readFailure,
  readJson,
  readText,
} from '../http/failures.ts'

/** Headers of every request. A function is called before each request. */
export type RestHeaders =
  | Readonly<Record<string, string>>
  | (() => MaybePromise<Readonly<Record<string, string>>>)

export interface RestTransportOptions {
  readonly url: string | URL
  readonly headers?: RestHeaders | undefined
  readonly fetch?: ((request: Request) => MaybePromise<Response>) | undefined
}

/** Options of each call. */
export interface RestCallOptions {
  readonly signal?: AbortSignal | undefined
}

type QueryValue = string | number | undefined

export interface RestCall extends RestCallOptions {
  /** Default: `GET`. */
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Segments of the path. They are encoded. */
  readonly path: readonly string[]
  readonly query?: Readonly<Record<string, QueryValue>> | undefined
  /** Sent as JSON. Default: no body. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string | undefined>> | undefined
}

/** Sends requests to the web client. Every failure is an `McpError`, except an error of the function `headers`. */
export interface RestTransport {
  /** Name of the web client in error messages. */
  readonly name: string
  readonly send: (call: RestCall) => Promise<Response>
  readonly text: (call: RestCall) => Promise<string>
  /** Resolves with the JSON of the response. The type parameter is the type of the route. It is not checked. */
  readonly json: <Value>(call: RestCall) => Promise<Value>
  /** Sends a request to a route without a response body. */
  readonly done: (call: RestCall) => Promise<void>
}

/** Creates the transport to the web client at `url`. It does not retry. */
export function createRestTransport({ url, headers, fetch }: RestTransportOptions): RestTransport {
  const base = parseBase(url)
  const name = `The web client at ${base}`
  const request = fetch ?? ((input: Request) => globalThis.fetch(input))

  async function send(call: RestCall): Promise<Response> {
    const { signal } = call
    const target = base + targetOf(call)
    const shared = typeof headers === 'function' ? await headers() : headers
    const init = {
      method: call.method ?? 'GET',
      headers: headersOf({ accept: 'application/json', ...shared, ...call.headers }, call),
      body: encodeJson(call.body),
      ...(signal && { signal }),
    }
    let response: Response
    try {
      response = await request(new Request(target, init))
    } catch (cause) {
      if (signal?.aborted === true) throw cancelled(signal)
      if (McpError.is(cause)) throw cause
      throw connectionFailed(`${name} cannot be reached.`, 'unreachable', cause)
    }
    if (response.ok) return response
    throw readFailure(response, await readText(response, name), { from: name, now: Date.now() })
  }

  async function text(call: RestCall): Promise<string> {
    const response = await send(call)
    try {
      return await readText(response, name)
    } catch (thrown) {
      throw call.signal?.aborted === true ? cancelled(call.signal) : thrown
    }
  }

  function json<Value>(call: RestCall): Promise<Value>
  async function json(call: RestCall): Promise<unknown> {
    const value = readJson(await text(call), name)
    if (typeof value === 'object' && value !== null) return value
    throw invalidResponse(name, 'an object')
  }

  return {
    name,
    send,
    text,
    json,
    async done(call) {
      await text(call)
    },
  }
}

function targetOf({ path, query = {} }: RestCall): string {
  const parameters = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined) parameters.set(key, String(value))
  }
  const search = parameters.size === 0 ? '' : `?${parameters}`
  return `/${path.map(pathSegment).join('/')}${search}`
}

function encodeJson(body: unknown): string | null {
  if (body === undefined) return null
  try {
    return JSON.stringify(body) ?? null
  } catch (cause) {
    throw new McpError('invalid-params', 'The body must be JSON, without cycles and BigInt.', {
      cause,
    })
  }
}

function headersOf(
  values: Readonly<Record<string, string | undefined>>,
  { body }: RestCall,
): Headers {
  const headers = new Headers()
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined) setHeader(headers, name, value)
  }
  if (body !== undefined) headers.set('content-type', 'application/json')
  return headers
}

function setHeader(headers: Headers, name: string, value: string): void {
  try {
    headers.set(name, value)
  } catch {
    // The error of `Headers` contains the value, which may be a token.
    throw new McpError('invalid-params', `Invalid header ${JSON.stringify(name)}.`)
  }
}

/** Creates the error of a call whose signal is aborted. */
export function cancelled({ reason }: AbortSignal): McpError {
  return new McpError('cancelled', 'The call was cancelled.', { cause: reason })
}
