import { contextHeaders } from '@mcp/http'
import { McpError } from '@mcp/protocol'
import type { RawRequest, IsInternalCaller } from '@mcp/http'

/** @throws McpError `forbidden`, unless the caller is a process of this system. */
export function assertTrusted(request: RawRequest, isTrusted: IsInternalCaller): void {
  if (isTrusted(request)) return
  throw new McpError(
    'forbidden',
    `Only a server of this system may do this: send the service token in "${contextHeaders.serviceToken}".`,
    { details: { reason: 'policy' } },
  )
}
