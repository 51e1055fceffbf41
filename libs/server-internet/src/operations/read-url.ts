import { McpError } from '@mcp/protocol'
import type { ParamPath } from '@mcp/server'
import { invalidParam } from '@mcp/server'

const message = 'this is no address: write it whole, such as https://example.com/'

/**
 * An address as a caller wrote it: the target of the request, or the parameter at that path.
 *
 * @throws McpError `invalid-params` for what is none.
 */
export function readUrl(text: string, path?: ParamPath): URL {
  const url = URL.parse(text.trim())
  if (url === null) throw path === undefined ? invalidTarget() : invalidParam(path, message)
  url.hash = ''
  return url
}

/** The target stands beside the params, not in them. */
function invalidTarget(): McpError {
  const details = { path: ['url'], issues: [{ path: ['payload', 'url'], message }] }
  return new McpError('invalid-params', message, { details })
}
