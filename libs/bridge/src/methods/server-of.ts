import type { ServerDescription } from '@mcp/protocol'

import type { Caller } from '../calls/caller.ts'

/**
 * Returns the first server of the caller's view that handles all targets of a request type. An upstream
 * MCP server is never returned, because it handles only the targets that begin with its prefix.
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
 * Whether a server of the caller's view has a route for a request type. For a declared capability, such as
 * `prompts`, this is sufficient. A legacy client reads the capabilities only once, and at that time a server
 * may not have described its operations yet.
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
