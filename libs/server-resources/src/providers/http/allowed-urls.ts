import { McpError } from '@mcp/protocol'

/** The URLs that the operator allows. */
export interface AllowedUrls {
  /** All of them, normalized. */
  readonly all: readonly string[]
  /** Those that allow a single URL. */
  readonly exact: readonly string[]
  /** Those that allow every URL below them. */
  readonly prefixes: readonly string[]
  /** Whether a URL, normalized by `URL`, is allowed. */
  allows(href: string): boolean
}

/**
 * Parses the URLs that the operator allows. `https://example.org/docs/` allows every URL below it;
 * `https://example.org/data.json`, without a trailing slash, allows that URL alone.
 *
 * @throws McpError `invalid-params` for an invalid URL.
 */
export function parseAllowedUrls(urls: readonly string[]): AllowedUrls {
  const all = [...new Set(urls.map(normalizeUrl))]
  const prefixes = all.filter((url) => url.endsWith('/'))
  const exact = all.filter((url) => !url.endsWith('/'))
  return {
    all,
    exact,
    prefixes,
    allows: (href) => exact.includes(href) || prefixes.some((prefix) => href.startsWith(prefix)),
  }
}

function normalizeUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username + url.password !== '') {
    throw new McpError(
      'invalid-params',
      'The URL of a resource must start with http:// or https:// and must not contain a password. Example: https://example.org/docs/.',
    )
  }
  url.hash = ''
  return url.href
}
