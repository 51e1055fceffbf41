import { McpError } from '@mcp/protocol'

import type { InternetOptions } from './internet-options.ts'
import { parseAllowedHosts } from './transport/allowed-hosts.ts'

/**
 * Tells a mistake in the options at the start, not on the first call.
 *
 * @throws McpError `invalid-request`, which says what would be right.
 */
export function checkOptions({
  allowedHosts = [],
  proxy = {},
  search = {},
}: InternetOptions): void {
  parseAllowedHosts(allowedHosts)
  // As in the variables they come from, an empty one is none.
  checkAddress('proxy.https', proxy.https === '' ? undefined : proxy.https)
  checkAddress('proxy.http', proxy.http === '' ? undefined : proxy.http)
  checkAddress('search.searxngUrl', search.searxngUrl)
}

function checkAddress(option: string, text: string | undefined): void {
  if (text === undefined || /^https?:$/.test(URL.parse(text)?.protocol ?? '')) return
  throw new McpError(
    'invalid-request',
    `${option} must be an address with http or https, such as http://host.example:3128.`,
  )
}
