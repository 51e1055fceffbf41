import { McpError } from '@mcp/protocol'

import type { ResourceProvider } from './resource-provider.ts'

/** A URI in its one spelling, and who answers for it. */
export interface ResolvedResource {
  readonly uri: string
  readonly provider: ResourceProvider
}

/** The providers of one server. */
export interface ProviderRegistry {
  /** In the order of their first prefixes, which is the order of lists. */
  readonly providers: readonly ResourceProvider[]
  /**
   * Who answers for a URI.
   *
   * @throws McpError `not-found` where nobody does; what the provider throws where it refuses the URI.
   */
  resolve(uri: string): ResolvedResource
  /** Who answers for a URI in its one spelling, if anybody. */
  find(uri: string): ResourceProvider | undefined
}

/**
 * Finds the provider of each URI.
 *
 * @throws McpError `conflict` where two providers claim the same beginning.
 */
export function createProviderRegistry(given: readonly ResourceProvider[]): ProviderRegistry {
  const owners = new Map<string, ResourceProvider>()
  for (const provider of given) {
    for (const prefix of provider.prefixes) {
      const other = owners.get(prefix)
      if (other !== undefined && other !== provider) {
        throw new McpError(
          'conflict',
          `Two providers claim ${prefix}: ${other.label} and ${provider.label}. Give one another name or address.`,
        )
      }
      owners.set(prefix, provider)
    }
  }
  const claims = [...owners].toSorted(([left], [right]) => right.length - left.length)
  const find = (uri: string): ResourceProvider | undefined =>
    claims.find(([prefix]) => uri.startsWith(prefix))?.[1]

  return {
    providers: given.toSorted((left, right) => compare(firstPrefix(left), firstPrefix(right))),
    resolve(uri) {
      const normal = normalize(uri)
      const provider = find(normal)
      if (provider === undefined) throw unknownUri(uri, owners.keys())
      return { uri: provider.canonicalize(normal), provider }
    },
    find,
  }
}

const firstPrefix = ({ prefixes }: ResourceProvider): string => prefixes.toSorted(compare)[0] ?? ''

/** By code unit, as URIs are ordered in lists. */
function compare(left: string, right: string): number {
  return left === right ? 0 : left < right ? -1 : 1
}

/** Web addresses have many spellings of one host and path; of other URIs only the scheme ignores case. */
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
  const shown = known.slice(0, 10).join(', ')
  return new McpError(
    'not-found',
    `No resource can be at "${uri.slice(0, 200)}": URIs here begin with ${shown === '' ? 'nothing yet, since there are no providers' : shown}.`,
    { details: { prefixes: known.slice(0, 100) } },
  )
}
