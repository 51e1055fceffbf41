import { McpError } from '@mcp/protocol'

export function conflict(message: string, reason: string): McpError {
  return new McpError('conflict', message, { details: { reason } })
}

export function forbidden(message: string, reason: string): McpError {
  return new McpError('forbidden', message, { details: { reason } })
}
