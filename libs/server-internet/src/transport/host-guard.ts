import { isIP } from 'node:net'

import type { AllowedHosts } from './allowed-hosts.ts'
import { isBlockedPort } from './blocked-ports.ts'
import { isPublicAddress } from './is-public-address.ts'
import { ssrfBlocked } from './ssrf-blocked.ts'

/** A host and port. An IPv6 address in `hostname` has no brackets. */
export interface Endpoint {
  readonly hostname: string
  readonly port: number
}

/** Resolves a host name to all of its addresses. */
export type Resolve = (hostname: string) => Promise<readonly string[]>

/** Decides which hosts, ports and addresses may be connected to. */
export interface HostGuard {
  /**
   * Checks scheme, credentials, port and host name, without a DNS request.
   *
   * @throws McpError `forbidden`, reason `ssrf-blocked`.
   */
  checkUrl(url: URL): void
  /**
   * Resolves the name of an endpoint and returns its addresses after checking each of them.
   *
   * @throws McpError `forbidden`, reason `ssrf-blocked`, if any address is not allowed.
   */
  addressesOf(endpoint: Endpoint): Promise<readonly string[]>
  /** Whether a connection to the endpoint may have this peer address. */
  allowsPeer(endpoint: Endpoint, address: string | undefined): boolean
}

export function createHostGuard(allowed: AllowedHosts, resolve: Resolve): HostGuard {
  function allowsAddress({ hostname, port }: Endpoint, address: string): boolean {
    return (
      isPublicAddress(address) ||
      allowed.hasAddress(address, port) ||
      (isIP(hostname) === 0 && allowed.hasName(withoutDots(hostname), port))
    )
  }

  function checkEndpoint(endpoint: Endpoint): void {
    const { port } = endpoint
    const hostname = withoutDots(endpoint.hostname)
    if (isBlockedPort(port) && !allowed.hasPort(hostname, port)) {
      throw ssrfBlocked(`Port ${port} is blocked: it belongs to a service other than HTTP.`)
    }
    if (isIP(hostname) !== 0) {
      if (!allowsAddress(endpoint, hostname)) throw notPublic(hostname)
    } else if (isInternalName(hostname) && !allowed.hasInternalName(hostname, port)) {
      throw notPublic(hostname)
    }
  }

  return {
    checkUrl(url) {
      if (url.protocol !== 'http:' && url.protocol !== 'https:') {
        throw ssrfBlocked(`Unsupported URL scheme: "${url.protocol}". Use http or https.`)
      }
      if (url.username !== '' || url.password !== '') {
        throw ssrfBlocked(
          'A URL must not contain a user name or password. Send an authorization header.',
        )
      }
      checkEndpoint(endpointOf(url))
    },
    async addressesOf(endpoint) {
      checkEndpoint(endpoint)
      if (isIP(endpoint.hostname) !== 0) return [endpoint.hostname]
      const addresses = await resolve(endpoint.hostname)
      if (!addresses.every((address) => allowsAddress(endpoint, address))) {
        throw notPublic(endpoint.hostname)
      }
      return addresses
    },
    allowsPeer: (endpoint, address) => address !== undefined && allowsAddress(endpoint, address),
  }
}

/** Returns the host and port of a URL. */
export function endpointOf(url: URL): Endpoint {
  const defaultPort = url.protocol === 'https:' ? 443 : 80
  return {
    hostname: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? defaultPort : Number(url.port),
  }
}

/** Removes trailing dots. A name may end in one dot, and some resolvers accept several. */
const withoutDots = (hostname: string) => hostname.replace(/(?<!\.)\.+$/, '')

// Whether a name belongs to this machine, a local network or a cloud. A name without a dot is
// internal, because resolvers append their local domain to it. The addresses of a name are checked too,
// unless only the proxy can resolve the name. For such a name, this is the only check.
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
    `"${hostname.slice(0, 253)}" is not on the public internet. The operator can allow it with INTERNET_ALLOWED_HOSTS.`,
  )
}
