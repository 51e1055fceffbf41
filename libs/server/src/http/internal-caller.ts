import { McpError } from '@mcp/protocol'

/** The error for a request that only a process of ours may make. */
export function internalCallersOnly(what: string): McpError {
  return new McpError(
    'forbidden',
    `${what} takes the service token, or, where none is configured, a caller on this machine.`,
    { details: { reason: 'untrusted' } },
  )
}
