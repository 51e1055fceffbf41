import { McpError } from '@mcp/protocol'

import type { InternetOptions } from './internet-options.ts'
import { parseAllowedHosts } from './transport/allowed-hosts.ts'

/**
 * Validates `allowedHosts` and the URLs of the proxies and of SearXNG at startup instead of on the first
 * call.
 *
 * @throws McpError `invalid-request` if one of them is invalid.
 */
export function checkOptions({
  allowedHosts = [],
  proxy = {},
  search = {},
}: InternetOptions): void {
  parseAllowedHosts(allowedHosts)
  // An empty string means "not set", because environment variables are often set to an empty string.
  checkUrl('proxy.https', proxy.https === '' ? undefined : proxy.https)
  checkUrl('proxy.http', proxy.http === '' ? undefined : proxy.http)
  checkUrl('search.searxngUrl', search.searxngUrl)
}

function checkUrl(option: string, text: string | undefined): void {
  if (text === undefined || /^https?:$/.test(URL.parse(text)?.protocol ?? '')) return
  throw new McpError(
    'invalid-request',
    `${option} must be an http or https URL, such as http://host.example:3128.`,
  )
}
