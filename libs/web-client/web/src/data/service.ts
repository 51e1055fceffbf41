import { isErrorBody, isRecord, McpError } from '@mcp/protocol/light'

import { fetchSignedIn } from './sign-in.ts'
import { currentToken } from './token.ts'

export interface ServiceRequest {
  readonly method?: string
  readonly body?: unknown
  readonly accept?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

/** Address of the service. All of its paths are relative to it, so that any path prefix works. */
export const serviceUrl = new URL(globalThis.document?.baseURI ?? 'http://localhost/')

/**
 * Sends a request to the service and returns its response.
 *
 * @throws McpError the error of the response, or `unavailable` without a response.
 */
export async function sendToService(
  path: string,
  { method = 'GET', body, accept = 'application/json', headers, signal }: ServiceRequest = {},
): Promise<Response> {
  const token = currentToken()
  const request = new Request(new URL(path, serviceUrl), {
    method,
    headers: {
      accept,
      'x-mcp-page': '1',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  })
  const response = await fetchSignedIn(request).catch((cause: unknown) => {
    if (signal?.aborted === true) throw cause
    throw new McpError('unavailable', 'The service cannot be reached. Check that it is running.', {
      cause,
    })
  })
  if (response.ok) return response
  throw await errorOf(response)
}

/** Sends a request and returns the JSON of its response, or undefined if the response is empty. */
export async function callService<Value>(path: string, request?: ServiceRequest): Promise<Value> {
  const response = await sendToService(path, request)
  // The type is the promise of the service of this page, which has the same version.
  const value = response.status === 204 ? undefined : await response.json()
  return value
}

async function errorOf(response: Response): Promise<McpError> {
  const body: unknown = await response.json().catch(() => undefined)
  if (isRecord(body) && isErrorBody(body['error'])) return McpError.fromBody(body['error'])
  return new McpError('upstream-error', `The service responded with HTTP ${response.status}.`)
}
