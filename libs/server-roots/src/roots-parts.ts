import type { roots } from '@mcp/contracts/roots'
import type { Sandbox } from '@mcp/sandbox'
import type { Handlers } from '@mcp/server'

import type { Bounds } from './bounds.ts'
import type { Quotas } from './roots/quota.ts'
import type { SessionRoots } from './roots/session-roots.ts'

/** State and services that the handlers of the roots server share. */
export interface RootsParts {
  readonly sessionRoots: SessionRoots
  readonly quotas: Quotas
  readonly sandbox: Sandbox
  readonly bounds: Bounds
  /** Returns the current time, in milliseconds since the epoch. */
  readonly now: () => number
}

export type RootsHandlers = Handlers<typeof roots>

/** Context argument of the handlers. */
export type RootsContext = Parameters<RootsHandlers['watch']>[1]
