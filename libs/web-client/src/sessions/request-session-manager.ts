import type { MaybePromise } from '@mcp/protocol'
import { isRecord, McpError } from '@mcp/protocol'

export interface SessionManagerRequest {
  readonly fetch: (request: Request) => MaybePromise<Response>
  readonly headers?: Headers
  /** Default: `GET`. */
  readonly method?: 'GET' | 'POST' | 'DELETE'
  /** Sent as JSON. Default: no body. */
  readonly body?: unknown
  readonly signal: AbortSignal
}

/**
 * Sends one request to the session manager.
 *
 * @throws McpError The error of the session manager, or `unavailable` if it cannot be reached.
 */
export async function requestSessionManager(
  url: URL | string,
  { fetch, headers = new Headers(), signal, method = 'GET', body: sent }: SessionManagerRequest,
): Promise<Response> {
  if (sent !== undefined) headers.set('content-type', 'application/json')
  const body = sent === undefined ? null : JSON.stringify(sent)
  const response = await Promise.resolve(
    fetch(new Request(url, { method, headers, signal, body })),
  ).catch((cause: unknown) => {
    throw new McpError('unavailable', 'Cannot reach the session manager.', { cause })
  })
  if (response.ok || response.status === 304) return response
  const failure: unknown = await response.json().catch(() => undefined)
  throw McpError.fromBody(isRecord(failure) ? failure['error'] : undefined)
}

/** Returns a copy of the named headers. */
export function pickHeaders(source: Headers, names: readonly string[]): Headers {
  const picked = new Headers()
  for (const name of names) {
    const value = source.get(name)
    if (value !== null) picked.set(name, value)
  }
  return picked
}
