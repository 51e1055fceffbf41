import { McpError } from '@mcp/protocol'

/** Creates the error for a blocked host. `message` must not reveal the address of an internal name. */
export function ssrfBlocked(message: string): McpError {
  return new McpError('forbidden', message, { details: { reason: 'ssrf-blocked' } })
}
