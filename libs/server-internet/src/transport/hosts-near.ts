import { isPublicAddress, rangeOf } from './is-public-address.ts'
import type { AllowedHosts } from './allowed-hosts.ts'
import { endpointOf } from './host-guard.ts'

/**
 * Returns the hosts that a server at an address may refer to, besides the public internet: those with an
 * address of the same kind, such as loopback or private. A server on the public internet may not refer to
 * private hosts.
 *
 * @param url - Address that an operator has configured.
 * @param addresses - The IP addresses of the host of `url`. Without addresses, only this host is allowed.
 */
export function hostsNear(url: URL, addresses: readonly string[]): AllowedHosts {
  const own = endpointOf(url)
  const ranges = new Set(
    addresses.filter((address) => !isPublicAddress(address)).map((address) => rangeOf(address)),
  )
  const isOwn = (hostname: string, port: number): boolean =>
    hostname === own.hostname && port === own.port
  return {
    hasAddress: (address) => !isPublicAddress(address) && ranges.has(rangeOf(address)),
    hasName: isOwn,
    hasInternalName(hostname, port) {
      if (isOwn(hostname, port)) return true
      if (ranges.has('loopback')) return isLoopbackName(hostname)
      // Allows names of the same domain, such as the hosts of a company. Names without a dot, such as
      // containers, count as one domain.
      return ranges.size > 0 && domainOf(hostname) === domainOf(own.hostname)
    },
    hasPort: isOwn,
  }
}

const isLoopbackName = (hostname: string): boolean => /(?:^|\.)localhost$/.test(hostname)

/** Returns the name without its first label. It is empty for a name without a dot. */
const domainOf = (hostname: string): string => hostname.split('.').slice(1).join('.')
