import { McpError } from '@mcp/protocol'

/** Where a provider's API lies. */
export interface CompletionsEndpoint {
  /** Without a slash at its end, such as `https://api.example.com/v1`. */
  readonly baseUrl: string
  /** For people; says nothing secret. */
  readonly host: string
  /** What the address had after `?`. */
  readonly query: Readonly<Record<string, string>>
}

const routes = /\/(?:chat\/completions|completions|responses|models|embeddings)$/

/**
 * The base of an OpenAI-compatible API, whichever of its addresses is given: the base itself, one of
 * its routes, or the host alone, which stands for `/v1`.
 */
export function completionsEndpoint(address: string): CompletionsEndpoint {
  const url = URL.parse(address.trim())
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new McpError(
      'invalid-params',
      'The address of the language model is not an http(s) URL. Right would be, for example, https://api.example.com/v1.',
    )
  }
  if (url.username !== '' || url.password !== '') {
    throw new McpError(
      'invalid-params',
      'The address of the language model holds a user or a password. Give the key by itself.',
    )
  }
  const path = url.pathname.replace(/\/+$/, '').replace(routes, '')
  return {
    baseUrl: `${url.origin}${path === '' ? '/v1' : path}`,
    host: url.host,
    query: Object.fromEntries(url.searchParams),
  }
}
