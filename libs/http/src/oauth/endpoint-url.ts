import type { Credentials } from '../authenticate.ts'
import { canonical } from './audience.ts'

export interface EndpointOptions {
  /**
   * Accepted audiences of tokens. A URL that ends with the path of the endpoint is also a public URL of the
   * endpoint. If there are several, the host of the request selects one.
   */
  readonly audiences: readonly string[]
  /** Path of the endpoint. Default: `/mcp`. */
  readonly path?: string | undefined
  /** Path under which callers reach the service, with a leading and without a trailing slash. Default: none. */
  readonly basePath?: string | undefined
  /**
   * Whether `X-Forwarded-Host` replaces the host of the request, and whether `X-Forwarded-Proto` sets the
   * scheme if no audience is a URL of the endpoint. Default: false.
   */
  readonly trustProxy?: boolean | undefined
}

/**
 * Creates a function that returns the public URL of the endpoint, without a trailing slash. If no audience
 * is a URL of the endpoint, the function returns the URL that the caller used.
 */
export function createEndpointUrl(options: EndpointOptions): (request: Credentials) => string {
  const { audiences, path = '/mcp', basePath = '', trustProxy = false } = options
  const urls = audiences
    .map(canonical)
    .filter((audience) => /^https?:\/\//.test(audience) && audience.endsWith(path))
  // If several URLs have the same host, the first one is used.
  const byHost = new Map(urls.toReversed().map((url) => [new URL(url).host, url]))

  return (request) => {
    const forwarded = (name: string): string | undefined =>
      trustProxy ? request.header(name)?.split(',', 1)[0]?.trim() : undefined
    const host = forwarded('x-forwarded-host') ?? request.header('host') ?? 'localhost'
    const configured = byHost.get(host.toLowerCase()) ?? urls[0]
    if (configured !== undefined) return configured
    const scheme = forwarded('x-forwarded-proto')?.toLowerCase() === 'https' ? 'https' : 'http'
    const url = `${scheme}://${host}${basePath}${path}`
    // The URL becomes part of a header, so an invalid host is replaced.
    return URL.canParse(url) ? canonical(url) : `http://localhost${basePath}${path}`
  }
}
