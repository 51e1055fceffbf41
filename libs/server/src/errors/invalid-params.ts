import type { Issue } from '@mcp/protocol'
import { McpError, summarizeIssues } from '@mcp/protocol'

/** Creates the error for a payload with validation issues. `label` names the operation. */
export function invalidParams(label: string, issues: readonly Issue[]): McpError {
  return new McpError('invalid-params', `${label}: ${summarizeIssues(issues)}`, {
    details: { issues },
  })
}
