import { McpError } from '@mcp/protocol'

/** Address of a provider's API. */
export interface CompletionsEndpoint {
  /** Base URL without a trailing slash, such as `https://api.example.com/v1`. */
  readonly baseUrl: string
  /** Display name, without credentials. */
  readonly host: string
  /** Query parameters of the address. */
  readonly query: Readonly<Record<string, string>>
}

const routes = /\/(?:chat\/completions|completions|responses|models|embeddings)$/

/**
 * Parses the address of an OpenAI-compatible API. The address is a base URL or the URL of a route, such
 * as `/chat/completions`. If it has no path, the base URL has the path of `defaultUrl`.
 *
 * @throws McpError `invalid-params` if the address is not an http or https URL, or contains credentials.
 */
export function completionsEndpoint(
  address: string,
  defaultUrl = 'https://api.example.com/v1',
): CompletionsEndpoint {
  const url = URL.parse(address.trim())
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new McpError(
      'invalid-params',
      'Invalid address of the language model: it must be an http(s) URL, such as https://api.example.com/v1.',
    )
  }
  if (url.username !== '' || url.password !== '') {
    throw new McpError(
      'invalid-params',
      'The address of the language model must not contain credentials. Set the key separately.',
    )
  }
  const path = url.pathname.replace(/\/+$/, '').replace(routes, '')
  return {
    baseUrl: `${url.origin}${path === '' ? new URL(defaultUrl).pathname : path}`,
    host: url.host,
    query: Object.fromEntries(url.searchParams),
  }
}
