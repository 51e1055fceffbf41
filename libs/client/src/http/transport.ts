import type { Clock, MaybePromise } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'
import ky, { isNetworkError } from 'ky'

import { readFailure, readJson } from './read-response.ts'

/** A secret, or the function that fetches the current one before each request. */
export type Token = string | (() => MaybePromise<string | undefined>)

/** What {@link createTransport} needs to know. */
export interface TransportOptions {
  readonly url: string | URL
  readonly token?: Token | undefined
  readonly fetch?: ((request: Request) => MaybePromise<Response>) | undefined
  readonly now: () => number
}

interface Message {
  /** Sent as JSON. Default: no body. */
  readonly value?: unknown
  readonly accept?: string | undefined
  readonly lastEventId?: string | undefined
  readonly signal: AbortSignal
}

/** What the client needs of HTTP. */
export type Method = 'GET' | 'POST' | 'DELETE'

/** The way to a session manager, and how long and how often it is tried. */
export interface Link {
  readonly transport: Transport
  readonly clock: Clock
  readonly timeoutMs: number
  readonly retries: number
}

/** One attempt over HTTP: what went well comes back, all else is an McpError. */
export interface Transport {
  /** How messages name the other side. Without the path, which may hold a session's id. */
  readonly name: string
  send(method: Method, path: string, message: Message): Promise<Response>
  /** {@link send}, and the JSON of the answer's body, `undefined` where it has none. */
  sendJson(method: Method, path: string, message: Message): Promise<unknown>
}

export function createTransport({ url, token, fetch, now }: TransportOptions): Transport {
  const base = parseBase(url)
  const name = `The session manager at ${base}`
  const http = ky.create({
    // Repeating, time limits and errors are ours: they depend on the request's id.
    retry: 0,
    timeout: false,
    throwHttpErrors: false,
    ...(fetch === undefined ? {} : { fetch: async (input) => fetch(new Request(input)) }),
  })

  const send: Transport['send'] = async (method, path, { value, accept, lastEventId, signal }) => {
    const body = encodeJson(value)
    const secret = (typeof token === 'function' ? await token() : token)?.trim()
    // The platform would refuse it too, and say all of it.
    if (secret && !/^[!-~]+$/.test(secret)) {
      throw new McpError('invalid-request', 'token must be visible ASCII characters.')
    }
    const headers = {
      accept: accept ?? 'application/json',
      'content-type': body && 'application/json',
      authorization: secret ? `Bearer ${secret}` : undefined,
      'last-event-id': lastEventId,
    }
    try {
      const response = await http(base + path, { method, headers, body: body ?? null, signal })
      if (response.ok) return response
      throw readFailure(response, await readText(response, name), { from: name, now: now() })
    } catch (thrown) {
      if (signal.aborted || McpError.is(thrown)) throw thrown
      // ky's own error holds the request with its headers, and a log would print the token.
      const cause = isNetworkError(thrown) ? thrown.cause : thrown
      throw lost(`${name} cannot be reached.`, 'unreachable', cause)
    }
  }

  return {
    name,
    send,
    async sendJson(method, path, message) {
      const text = await readText(await send(method, path, message), name)
      return text === '' ? undefined : readJson(text, name)
    },
  }
}

function encodeJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(value)
  } catch (cause) {
    throw new McpError('invalid-request', 'The payload cannot be written as JSON.', { cause })
  }
}

/** The whole body of an answer. */
export async function readText(response: Response, from: string): Promise<string> {
  try {
    return await response.text()
  } catch (cause) {
    throw brokenOff(from, cause)
  }
}

/** The error for an answer that ended before its end. */
export function brokenOff(from: string, cause?: unknown): McpError {
  return lost(`${from} broke off in mid-answer.`, 'connection-broken', cause)
}

function lost(message: string, reason: string, cause: unknown): McpError {
  return new McpError('unavailable', message, { details: { reason }, cause })
}

function parseBase(text: string | URL): string {
  const url = URL.parse(text, globalThis.location?.href)
  // A password in the URL would be shown by every message that names it.
  if (url === null || !/^https?:$/.test(url.protocol) || url.username + url.password !== '') {
    throw new McpError(
      'invalid-request',
      'url must be an http or https URL without credentials, such as "http://127.0.0.1:5000".',
    )
  }
  return url.origin + url.pathname.replace(/\/+$/, '')
}
