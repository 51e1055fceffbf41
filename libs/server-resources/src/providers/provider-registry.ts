import { McpError } from '@mcp/protocol'

import type { ResourceProvider } from './resource-provider.ts'

/** A canonical URI and the provider that serves it. */
export interface ResolvedResource {
  readonly uri: string
  readonly provider: ResourceProvider
}

/** The providers of one server. */
export interface ProviderRegistry {
  /** The providers, sorted by their first prefix. Lists have this order. */
  readonly providers: readonly ResourceProvider[]
  /**
   * Returns the canonical form and the provider of a URI.
   *
   * @throws McpError `not-found` if no provider serves the URI, or an error of `canonicalize`.
   */
  resolve(uri: string): ResolvedResource
  /** Returns the provider of a canonical URI, or undefined if no provider serves it. */
  find(uri: string): ResourceProvider | undefined
}

/**
 * Creates the registry of a server's providers.
 *
 * @throws McpError `conflict` if two providers have the same prefix.
 */
export function createProviderRegistry(providers: readonly ResourceProvider[]): ProviderRegistry {
  const byPrefix = new Map<string, ResourceProvider>()
  for (const provider of providers) {
    for (const prefix of provider.prefixes) {
      const other = byPrefix.get(prefix)
      if (other !== undefined && other !== provider) {
        throw new McpError(
          'conflict',
          `Two providers claim ${prefix}: ${other.label} and ${provider.label}. Change the name or address of one.`,
        )
      }
      byPrefix.set(prefix, provider)
    }
  }
  const prefixesByLength = [...byPrefix].toSorted(([left], [right]) => right.length - left.length)
  const find = (uri: string): ResourceProvider | undefined =>
    prefixesByLength.find(([prefix]) => uri.startsWith(prefix))?.[1]

  return {
    providers: providers.toSorted((left, right) => compare(firstPrefix(left), firstPrefix(right))),
    resolve(uri) {
      const normal = normalize(uri)
      const provider = find(normal)
      if (provider === undefined) throw unknownUri(uri, byPrefix.keys())
      return { uri: provider.canonicalize(normal), provider }
    },
    find,
  }
}

const firstPrefix = ({ prefixes }: ResourceProvider): string => prefixes.toSorted(compare)[0] ?? ''

/** Compares by code unit, because lists order URIs by code unit. */
function compare(left: string, right: string): number {
  return left === right ? 0 : left < right ? -1 : 1
}

/** Normalizes an HTTP URL. In any other URI, only the scheme is converted to lower case. */
function normalize(uri: string): string {
  if (/^https?:/i.test(uri) && URL.canParse(uri)) {
    const url = new URL(uri)
    url.hash = ''
    return url.href
  }
  return uri.replace(/^[a-z][a-z0-9+.-]*:/i, (scheme) => scheme.toLowerCase())
}

function unknownUri(uri: string, prefixes: Iterable<string>): McpError {
  const known = [...prefixes].toSorted(compare)
  const hint =
    known.length === 0
      ? 'this server has no providers'
      : `URIs of this server start with ${known.slice(0, 10).join(', ')}`
  return new McpError('not-found', `No resource at "${uri.slice(0, 200)}": ${hint}.`, {
    details: { prefixes: known.slice(0, 100) },
  })
}
