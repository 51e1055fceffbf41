import type { RetryOptions } from './retry.ts'
import { retry } from './retry.ts'
import type { Link } from './link.ts'
import type { Method } from './transport.ts'

/** Options of a call to the API. */
export interface CallApiOptions extends RetryOptions {
  /** Body of the request, sent as JSON. Default: no body. */
  readonly value?: unknown
}

/** Calls a route of the session manager, with retries, and resolves with the JSON of the response. */
export function callApi(
  link: Link,
  method: Method,
  path: string,
  { value, ...options }: CallApiOptions,
): Promise<unknown> {
  return retry(
    link,
    ({ stop }) => link.transport.sendJson(method, path, { value, signal: stop.signal }),
    options,
  )
}
