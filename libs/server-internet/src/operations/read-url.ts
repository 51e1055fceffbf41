import { McpError } from '@mcp/protocol'
import type { ParamPath } from '@mcp/server'
import { invalidParam } from '@mcp/server'

const message = 'invalid URL. Use an absolute URL, such as https://example.com/'

/**
 * Parses a caller's URL: the target of the request, or the parameter at `path`.
 *
 * @throws McpError `invalid-params` if the URL is invalid.
 */
export function readUrl(text: string, path?: ParamPath): URL {
  const url = URL.parse(text.trim())
  if (url === null) throw path === undefined ? invalidTarget() : invalidParam(path, message)
  url.hash = ''
  return url
}

/** Creates the error for the target of the request, which is beside `params` in the payload. */
function invalidTarget(): McpError {
  const details = { path: ['url'], issues: [{ path: ['payload', 'url'], message }] }
  return new McpError('invalid-params', message, { details })
}
