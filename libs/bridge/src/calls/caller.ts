import type { Claims } from '@mcp/http'
import type { ClientDescription, RequestContext, ServerDescription } from '@mcp/protocol'

import type { View } from '../catalogue/view.ts'

/** The session and the view in which a client of the standard calls. */
export interface Caller {
  readonly sessionId: string
  readonly principal: string | undefined
  /** Claims of the principal. */
  readonly claims?: Claims | undefined
  readonly address: string | undefined
  readonly client: ClientDescription
  /** The descriptions of all servers, with the operations that the caller may use. */
  readonly servers: readonly ServerDescription[]
  /** The servers and tools that the client sees. */
  readonly view: View
  /** Whether the client uses a version before 2026-07-28. */
  readonly isLegacy: boolean
}

/** One call of a client: the parts that last until its response. */
export interface Call {
  /** Aborted when the call is cancelled, by its client or because nothing can receive its response. */
  readonly signal: AbortSignal
  /** `params._meta` of the request. */
  readonly meta: Readonly<Record<string, unknown>>
  /** Sends a notification that belongs to the call. Never throws. */
  notify(method: string, params: Readonly<Record<string, unknown>>): void
  /** Sends an interaction to the client and waits for the response. */
  readonly ask: NonNullable<RequestContext['ask']>
  /** The rounds of the call, if the client can repeat the call with its responses (since 2026-07-28). */
  readonly rounds?: RequestContext['rounds']
}
