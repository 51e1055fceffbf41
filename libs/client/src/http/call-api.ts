import type { PersistOptions } from './retry.ts'
import { persist } from './retry.ts'
import type { Link, Method } from './transport.ts'

/** What is asked, and within which bounds. */
export interface AskOptions extends PersistOptions {
  /** Sent as JSON. Default: no body. */
  readonly value?: unknown
}

/** One call of the session manager besides requests, and the JSON of its answer. */
export function ask(
  link: Link,
  method: Method,
  path: string,
  { value, ...options }: AskOptions,
): Promise<unknown> {
  return persist(
    link,
    ({ stop }) => link.transport.sendJson(method, path, { value, signal: stop.signal }),
    options,
  )
}
