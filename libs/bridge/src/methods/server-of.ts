import type { ServerDescription } from '@mcp/protocol'

import type { Caller } from '../calls/caller.ts'

/** Returns the first server of the caller's view that handles a request type. */
export function serverOf(
  { servers, view }: Pick<Caller, 'servers' | 'view'>,
  type: string,
): ServerDescription | undefined {
  return servers.find(
    ({ name, routes }) =>
      view.servers.includes(name) && routes.some((route) => route.type === type),
  )
}
