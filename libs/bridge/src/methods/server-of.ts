import type { ServerDescription } from '@mcp/protocol'

import type { Caller } from '../calls/caller.ts'

/**
 * Returns the first server of the caller's view that handles all targets of a request type. A server of
 * another protocol handles only those with its prefix: see `methodOperations`.
 */
export function serverOf(
  { servers, view }: Pick<Caller, 'servers' | 'view'>,
  type: string,
): ServerDescription | undefined {
  return servers.find(
    ({ name, routes }) =>
      view.servers.includes(name) &&
      routes.some(
        (route) => route.type === type && route.targets === undefined && route.prefix === undefined,
      ),
  )
}

/**
 * Whether a server of the caller's view has a route for a request type. The operations are not compared,
 * because a server may not have described them yet, and a legacy client requests the capabilities only once.
 */
export function hasType(
  { servers, view }: Pick<Caller, 'servers' | 'view'>,
  type: string,
): boolean {
  return servers.some(
    ({ name, routes }) =>
      view.servers.includes(name) && routes.some((route) => route.type === type),
  )
}
