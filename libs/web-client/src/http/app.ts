import type { Hono } from 'hono'

/** The router of the web client. Its environment is the mount of the host. */
export type App = Hono<{
  Bindings: {
    /** Path under which the host mounts the service. */
    pathPrefix: string | undefined
  }
  Variables: {
    /** Returns the id of the owner of what is kept for the caller. The response sets a new cookie. */
    ownerId: () => string
  }
}>
