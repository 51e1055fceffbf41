import type { Issue } from '@mcp/protocol'
import { McpError, summarizeIssues } from '@mcp/protocol'

/** Returns the error for a payload with these issues. */
export function invalidParams(label: string, issues: readonly Issue[]): McpError {
  return new McpError('invalid-params', `${label}: ${summarizeIssues(issues)}`, {
    details: { issues },
  })
}
