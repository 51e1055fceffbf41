import type { Client } from '@mcp/client'
import { createClient } from '@mcp/client'
import type { MaybePromise } from '@mcp/protocol'

import type { SessionDesk } from './session-desk.ts'
import { createSessionDesk } from './session-desk.ts'

/** What a caller works with: the session manager in its own name, and its sessions. */
export interface Caller {
  readonly client: Client<[], Record<never, never>>
  readonly desk: SessionDesk
}

export interface CallersOptions {
  readonly url: string
  readonly fetch: (request: Request) => MaybePromise<Response>
}

const mostCallers = 1000

/** Tells callers apart by their tokens, which go on to the session manager. */
export function createCallers({ url, fetch }: CallersOptions): (request: Request) => Caller {
  const callers = new Map<string, Caller>()

  return (request) => {
    const token = tokenOf(request)
    const known = callers.get(token ?? '')
    if (known !== undefined) return known
    const client = createClient({ url, fetch, token })
    const caller = { client, desk: createSessionDesk(client) }
    callers.set(token ?? '', caller)
    const [oldest] = callers.keys()
    if (callers.size > mostCallers && oldest !== undefined) callers.delete(oldest)
    return caller
  }
}

function tokenOf(request: Request): string | undefined {
  return /^bearer +(\S+) *$/i.exec(request.headers.get('authorization') ?? '')?.[1]
}
