import { McpError } from '@mcp/protocol'

/** The URLs that the operator allows. */
export interface AllowedUrls {
  /** All allowed URLs, normalized. */
  readonly all: readonly string[]
  /** URLs without a trailing slash. Each allows only itself. */
  readonly exact: readonly string[]
  /** URLs that end in `/`. Each allows every URL below it. */
  readonly prefixes: readonly string[]
  /** Returns whether a URL is allowed. The URL must have the normalized form of `URL.href`. */
  allows(href: string): boolean
}

/**
 * Parses the URLs that the operator allows. `https://example.org/docs/` allows every URL below it.
 * `https://example.org/data.json`, without a trailing slash, allows only itself.
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
      'An allowed URL must start with http:// or https:// and must not contain credentials. Example: https://example.org/docs/.',
    )
  }
  url.hash = ''
  return url.href
}
