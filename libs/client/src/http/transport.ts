import type { Clock, MaybePromise } from '@mcp/protocol'
import { McpError } from '@mcp/protocol/light'
import ky, { isNetworkError } from 'ky'

import { connectionFailed, parseBase, readFailure, readJson, readText } from './failures.ts'

/** A token, or a function that returns the current token. The function is called before each request. */
export type Token = string | (() => MaybePromise<string | undefined>)

/** Options of {@link createTransport}. */
export interface TransportOptions {
  readonly url: string | URL
  readonly token?: Token | undefined
  readonly fetch?: ((request: Request) => MaybePromise<Response>) | undefined
  readonly clock: Clock
}

interface Message {
  /** Body of the request, sent as JSON. Default: no body. */
  readonly value?: unknown
  readonly accept?: string | undefined
  readonly lastEventId?: string | undefined
  readonly signal: AbortSignal
}

/** The HTTP methods of the API. */
export type Method = 'GET' | 'POST' | 'DELETE'

/**
 * Sends HTTP requests, without retries. Every failure is an `McpError`, except an abort of the signal and an
 * error of the function `token`.
 */
export interface Transport {
  /** Name of the server in error messages. It contains no path, because a path may contain a session id. */
  readonly name: string
  send(method: Method, path: string, message: Message): Promise<Response>
  /** Sends a request and resolves with the JSON of the response, or undefined if it has no body. */
  sendJson(method: Method, path: string, message: Message): Promise<unknown>
}

/** Creates the transport to the session manager at `url`. */
export function createTransport({ url, token, fetch, clock }: TransportOptions): Transport {
  const base = parseBase(url)
  const name = `The session manager at ${base}`
  const http = ky.create({
    // ky's own retries, timeouts and errors are off. The function `retry` handles them, because a
    // retry must have the same request id.
    retry: 0,
    timeout: false,
    throwHttpErrors: false,
    ...(fetch && { fetch: async (input) => fetch(new Request(input)) }),
  })

  const send: Transport['send'] = async (method, path, { value, accept, lastEventId, signal }) => {
    const body = encodeJson(value)
    const secret = (typeof token === 'function' ? await token() : token)?.trim()
    // `fetch` would also reject such a token, but its error message would contain the token.
    if (secret && !/^[!-~]+$/.test(secret)) {
      throw new McpError('invalid-request', 'token must be visible ASCII.')
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
      throw readFailure(response, await readText(response, name), { from: name, now: clock.now() })
    } catch (thrown) {
      if (signal.aborted || McpError.is(thrown)) throw thrown
      // The error of ky contains the request headers, and a log of it would show the token. Only its
      // cause is kept.
      const cause = isNetworkError(thrown) ? thrown.cause : thrown
      throw connectionFailed(`${name} cannot be reached.`, 'unreachable', cause)
    }
  }

  return {
    name,
    send,
    async sendJson(method, path, message) {
      const text = await readText(await send(method, path, message), name)
      return text ? readJson(text, name) : undefined
    },
  }
}

function encodeJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(value)
  } catch (cause) {
    throw new McpError('invalid-request', 'payload must be JSON.', { cause })
  }
}
