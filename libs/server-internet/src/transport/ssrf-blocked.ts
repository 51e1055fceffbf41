import { McpError } from '@mcp/protocol'

/** The error for a place that this server does not go to. It never says what an internal name resolves to. */
export function ssrfBlocked(message: string): McpError {
  return new McpError('forbidden', message, { details: { reason: 'ssrf-blocked' } })
}
