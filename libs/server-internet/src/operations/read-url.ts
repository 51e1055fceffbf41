import type { ParamPath } from '@mcp/server'
import { invalidParam } from '@mcp/server'

/**
 * An address as a caller wrote it.
 *
 * @throws McpError `invalid-params` for what is none.
 */
export function readUrl(text: string, path: ParamPath = 'url'): URL {
  const url = URL.parse(text.trim())
  if (url === null) {
    throw invalidParam(path, 'this is no address: write it whole, such as https://example.com/')
  }
  url.hash = ''
  return url
}
