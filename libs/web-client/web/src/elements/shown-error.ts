import { isErrorBody, McpError } from '@mcp/protocol/light'

const unknown = new WeakMap<object, McpError>()

/**
 * Returns the error to show, for a thrown value or for an error that was recorded as JSON. An unknown value
 * keeps its incident id, so that each rendering shows the same id.
 */
export function shownError(error: unknown): McpError {
  if (isErrorBody(error) && !McpError.is(error)) return McpError.fromBody(error)
  if (typeof error !== 'object' || error === null) return McpError.from(error)
  const shown = unknown.get(error) ?? McpError.from(error)
  unknown.set(error, shown)
  return shown
}
