import { contextHeaders, McpError } from '@mcp/protocol'
import type { HotRequest, Trust } from '@mcp/protocol'

/** @throws McpError `forbidden`, unless the caller is a process of this system. */
export function assertTrusted(request: HotRequest, isTrusted: Trust): void {
  if (isTrusted(request)) return
  throw new McpError(
    'forbidden',
    `Only a server of this system may do this: send the service token in "${contextHeaders.serviceToken}".`,
    { details: { reason: 'policy' } },
  )
}
