import { isIP } from 'node:net'

import type { AllowedHosts } from './allowed-hosts.ts'
import { isBlockedPort } from './blocked-ports.ts'
import { isPublicAddress } from './is-public-address.ts'
import { ssrfBlocked } from './ssrf-blocked.ts'

/** A host and port, as a URL has them: the host of an IPv6 address without its brackets. */
export interface Place {
  readonly hostname: string
  readonly port: number
}

/** Every address of a name. */
export type Resolve = (hostname: string) => Promise<readonly string[]>

/** Decides where may be connected to. */
export interface HostGuard {
  /**
   * Judges what can be judged without asking anybody.
   *
   * @throws McpError `forbidden`, reason `ssrf-blocked`.
   */
  checkUrl(url: URL): void
  /**
   * The addresses of a place, each of them checked.
   *
   * @throws McpError `forbidden`, reason `ssrf-blocked`, where any of them may not be reached.
   */
  addressesOf(place: Place): Promise<readonly string[]>
  /** Whether a connection to that place may end at that address. */
  allowsPeer(place: Place, address: string | undefined): boolean
}

export function createHostGuard(allowed: AllowedHosts, resolve: Resolve): HostGuard {
  function allowsAddress({ hostname, port }: Place, address: string): boolean {
    return (
      isPublicAddress(address) ||
      allowed.hasAddress(address, port) ||
      (isIP(hostname) === 0 && allowed.hasName(withoutDots(hostname), port))
    )
  }

  function checkPlace(place: Place): void {
    const { port } = place
    const hostname = withoutDots(place.hostname)
    if (isBlockedPort(port) && !allowed.hasPort(hostname, port)) {
      throw ssrfBlocked(`Port ${port} belongs to a service that is not the web.`)
    }
    if (isIP(hostname) !== 0) {
      if (!allowsAddress(place, hostname)) throw notPublic(hostname)
    } else if (isInternalName(hostname) && !allowed.hasName(hostname, port)) {
      throw notPublic(hostname)
    }
  }

  return {
    checkUrl(url) {
      if (url.protocol !== 'http:' && url.protocol !== 'https:') {
        throw ssrfBlocked(`"${url.protocol}" is no scheme of the web: use http or https.`)
      }
      if (url.username !== '' || url.password !== '') {
        throw ssrfBlocked(
          'An address with a user name or password in it is refused: send an authorization header.',
        )
      }
      checkPlace(placeOf(url))
    },
    async addressesOf(place) {
      checkPlace(place)
      if (isIP(place.hostname) !== 0) return [place.hostname]
      const addresses = await resolve(place.hostname)
      if (!addresses.every((address) => allowsAddress(place, address))) {
        throw notPublic(place.hostname)
      }
      return addresses
    },
    allowsPeer: (place, address) => address !== undefined && allowsAddress(place, address),
  }
}

/** Where a URL leads. */
export function placeOf(url: URL): Place {
  const preset = url.protocol === 'https:' ? 443 : 80
  return {
    hostname: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? preset : Number(url.port),
  }
}

/** Names may end in a dot, and careless resolvers take several. */
const withoutDots = (hostname: string) => hostname.replace(/(?<!\.)\.+$/, '')

// Names that are for one machine, one network or one cloud, and a name without a dot, which a resolver
// completes by the domain of its own network. Their addresses are checked as well; the names matter
// where a proxy resolves them.
function isInternalName(hostname: string): boolean {
  return (
    !hostname.includes('.') ||
    /\.(?:localhost|local|localdomain|internal|intranet|lan|home|corp|home\.arpa)$/.test(
      hostname,
    ) ||
    hostname === 'metadata.goog'
  )
}

function notPublic(hostname: string): Error {
  return ssrfBlocked(
    `"${hostname.slice(0, 253)}" is not on the public internet. The operator can open it by INTERNET_ALLOWED_HOSTS.`,
  )
}
