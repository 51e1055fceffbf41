import { McpError } from '@mcp/protocol'

/** Returns the error for a request that is restricted to internal callers. */
export function internalCallersOnly(action: string): McpError {
  return new McpError(
    'forbidden',
    `${action} is restricted to internal callers: send the service token or, if none is configured, call from the same machine.`,
    { details: { reason: 'untrusted' } },
  )
}
