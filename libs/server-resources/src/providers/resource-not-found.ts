import { McpError } from '@mcp/protocol'

/** The error for a URI where nothing is. */
export function noResource(uri: string): McpError {
  return new McpError('not-found', `No resource is at ${uri.slice(0, 200)}.`)
}
