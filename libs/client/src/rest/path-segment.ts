import { McpError } from '@mcp/protocol/light'

/**
 * Returns an id as a segment of a path.
 *
 * @throws McpError `invalid-params` for half of a surrogate pair, which cannot be encoded, and for an empty id or
 * dots, which `fetch` would remove, so that the call would reach another route.
 */
export function pathSegment(id: string): string {
  if (!id.isWellFormed() || /^\.{0,2}$/.test(id)) {
    throw new McpError('invalid-params', `Invalid id: ${JSON.stringify(id)}.`)
  }
  return encodeURIComponent(id)
}
