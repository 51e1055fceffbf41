import { McpError } from '@mcp/protocol'

/** The addresses an operator allows. */
export interface HttpPrefixes {
  /** As they were given, spelled as addresses are. */
  readonly all: readonly string[]
  /** Those that are one address each, rather than all below. */
  readonly exact: readonly string[]
  /** Those below which everything is allowed. */
  readonly open: readonly string[]
  /** Whether an address, spelled as `URL` does, is allowed. */
  allows(href: string): boolean
}

/**
 * Reads the addresses an operator allows: `https://example.org/docs/` stands for everything below it,
 * `https://example.org/data.json`, which does not end in a slash, for that address alone.
 *
 * @throws McpError `invalid-params` for one that is no address.
 */
export function readHttpPrefixes(urls: readonly string[]): HttpPrefixes {
  const all = [...new Set(urls.map(readPrefix))]
  const open = all.filter((url) => url.endsWith('/'))
  const exact = all.filter((url) => !url.endsWith('/'))
  return {
    all,
    exact,
    open,
    allows: (href) => exact.includes(href) || open.some((prefix) => href.startsWith(prefix)),
  }
}

function readPrefix(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username + url.password !== '') {
    throw new McpError(
      'invalid-params',
      'An address of resources must begin with http:// or https:// and hold no password, such as https://example.org/docs/.',
    )
  }
  url.hash = ''
  return url.href
}
