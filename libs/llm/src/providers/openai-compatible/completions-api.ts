import type { Clock } from '@mcp/protocol'

import type { CallDeadline } from './call-deadline.ts'
import { tryParseJson } from './parse-json.ts'
import type { ErrorContext } from './provider-error.ts'
import { reportedError, unreachableError } from './provider-error.ts'
import { readStart } from './read-bytes.ts'

/** Access to the API of a provider. */
export interface CompletionsApi {
  readonly baseUrl: string
  readonly host: string
  readonly query: Readonly<Record<string, string>>
  readonly key: string | undefined
  /** Header of the key. Default: `authorization`, as a bearer token. */
  readonly keyHeader?: string | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly timeoutMs: number
  readonly fetch: typeof globalThis.fetch
  readonly clock: Clock
}

// Maximum length of the part of an error body that is read, in characters. The reason of the error is at the
// start.
const maxErrorLength = 64 * 1024

/**
 * Sends a request: `POST` with a body, otherwise `GET`. Returns the successful response.
 *
 * @throws McpError if the provider cannot be reached or reports an error, and `timeout` or `cancelled` if the
 * deadline ends the request.
 */
export async function sendRequest(
  { baseUrl, query, key, keyHeader, headers, fetch }: CompletionsApi,
  path: string,
  { body, deadline, context }: SendOptions,
): Promise<Response> {
  const url = new URL(baseUrl + path)
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
  const authorization = key === undefined ? {} : keyHeaders(key, keyHeader)
  const content = body === undefined ? {} : { 'content-type': 'application/json' }
  let response: Response
  try {
    response = await fetch(url, {
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
      headers: { ...content, ...authorization, ...headers },
      signal: deadline.signal,
    })
  } catch (error) {
    throw deadline.reason() ?? unreachableError(error, context)
  }
  try {
    await checkResponse(response, context)
  } catch (error) {
    throw deadline.reason() ?? error
  }
  return response
}

/** @throws McpError with the error of a response that is not successful. */
export async function checkResponse(response: Response, context: ErrorContext): Promise<void> {
  if (response.ok) return
  const text = await readStart(response, maxErrorLength)
  const { status, headers } = response
  throw reportedError({ status, headers, body: tryParseJson(text) ?? text }, context)
}

const keyHeaders = (key: string, name: string | undefined): Record<string, string> =>
  name === undefined ? { authorization: `Bearer ${key}` } : { [name]: key }

export interface SendOptions {
  readonly body?: unknown
  readonly deadline: CallDeadline
  readonly context: ErrorContext
}
