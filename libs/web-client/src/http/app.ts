import type { Context, Hono } from 'hono'

import type { CallerIdentity } from '../sessions/owner.ts'

/** The router of the web client. */
export type App = Hono<AppEnvironment>

/** A request and its environment. */
export type AppContext = Pick<Context<AppEnvironment>, 'req' | 'env'>

export interface AppEnvironment {
  /** Properties of the request that only the host knows. */
  Bindings: {
    /** Path under which the host mounts the service. */
    pathPrefix: string | undefined
    /** Whether the caller is on this machine. Undefined if the host does not know. */
    isLoopback: boolean | undefined
    /** Network address of the caller, if it is on another machine. */
    address: string | undefined
  }
  Variables: {
    /** The identity of the caller. Undefined if callers are not authenticated. */
    identity: CallerIdentity | undefined
    /**
     * Returns the id of the owner of the caller's data. If the caller has no owner yet, the response sets the
     * cookie of a new owner.
     */
    ownerId: () => string
    /**
     * Returns the id of the owner, or undefined if the caller has no owner yet. The response sets no cookie.
     */
    knownOwnerId: () => string | undefined
  }
}
