import type { Issue } from '@mcp/protocol'
import { McpError, summarizeIssues } from '@mcp/protocol'

/** The error for a payload that is not what the operation takes. */
export function invalidParams(label: string, issues: readonly Issue[]): McpError {
  return new McpError('invalid-params', `${label}: ${summarizeIssues(issues)}`, {
    details: { issues },
  })
}
