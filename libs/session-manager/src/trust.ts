import { contextHeaders, isSameSecret, McpError } from '@mcp/protocol'
import type { HotRequest } from '@mcp/protocol'

/** Whether the caller shows the service token: another process of this system. */
export function showsServiceToken(request: HotRequest, serviceToken: string | undefined): boolean {
  const given = request.header(contextHeaders.serviceToken)
  return serviceToken !== undefined && given !== undefined && isSameSecret(given, serviceToken)
}

/** @throws McpError `forbidden`, unless the caller is a process of this system. */
export function assertTrusted(request: HotRequest, serviceToken: string | undefined): void {
  if (showsServiceToken(request, serviceToken)) return
  // Without a token configured, whoever is on this machine counts as part of the system.
  if (serviceToken === undefined && request.peer.isLoopback === true) return
  throw new McpError(
    'forbidden',
    `Only a server of this system may do this: send the service token in "${contextHeaders.serviceToken}".`,
    { details: { reason: 'policy' } },
  )
}
