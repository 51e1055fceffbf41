import { McpError } from '@mcp/protocol'

/** Returns the error for a URI at which no resource exists. */
export function resourceNotFound(uri: string): McpError {
  return new McpError('not-found', `No resource at ${uri.slice(0, 200)}.`)
}
