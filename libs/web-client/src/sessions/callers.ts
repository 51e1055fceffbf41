import type { Client } from '@mcp/client'
import { createClient } from '@mcp/client'
import type { MaybePromise } from '@mcp/protocol'

import type { SessionResolver } from './session-resolver.ts'
import { createSessionResolver } from './session-resolver.ts'

/** The client and the sessions of one caller. */
export interface Caller {
  readonly client: Client<[], Record<never, never>>
  readonly sessions: SessionResolver
}

export interface CallersOptions {
  readonly url: string
  readonly fetch: (request: Request) => MaybePromise<Response>
  /** Path of the session cookies, without a trailing slash. It may be empty. */
  readonly basePath: string
}

const maxCallers = 1000
const anonymous = ''

/** Creates a function that returns the caller of a request. Its client sends the token of the request. */
export function createCallers({
  url,
  fetch,
  basePath,
}: CallersOptions): (request: Request) => Caller {
  const callers = new Map<string, Caller>()

  function createCaller(token: string | undefined): Caller {
    const client = createClient({ url, fetch, token })
    return { client, sessions: createSessionResolver(client, basePath) }
  }

  function evictOldest(): void {
    // The anonymous caller stays. Otherwise requests with many different tokens could evict it, and
    // callers without a token would lose the session that they share.
    const oldest = Array.from(callers.keys()).find((token) => token !== anonymous)
    if (oldest !== undefined) callers.delete(oldest)
  }

  return (request) => {
    const token = tokenOf(request)
    const caller = callers.get(token ?? anonymous) ?? createCaller(token)
    // The entry is inserted again, so that the first entry of the map is the least recently used one.
    callers.delete(token ?? anonymous)
    callers.set(token ?? anonymous, caller)
    if (callers.size > maxCallers) evictOldest()
    return caller
  }
}

function tokenOf(request: Request): string | undefined {
  return /^bearer +(\S+) *$/i.exec(request.headers.get('authorization') ?? '')?.[1]
}
