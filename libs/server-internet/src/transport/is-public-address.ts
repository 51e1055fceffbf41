import { isIP } from 'node:net'

import ipaddr from 'ipaddr.js'

/**
 * Whether an IP address belongs to the public internet. IPv6 addresses that embed an IPv4 address (the
 * mapped form and NAT64) are judged by the embedded address. The old tunnels (6to4, Teredo), the NAT64
 * prefixes for local use and everything outside 2000::/3 are refused regardless of what they embed.
 */
export function isPublicAddress(text: string): boolean {
  // The library also parses legacy notations, which a resolver would treat as names.
  if (isIP(text) === 0) return false
  const address = unwrap(ipaddr.parse(text))
  if (address.range() !== 'unicast') return false
  if (address.kind() === 'ipv4') return address.toString() !== azureWireServer
  const [first = 0] = address.toByteArray()
  return first >> 5 === 1
}

// An otherwise public address that serves secrets to virtual machines on Azure.
const azureWireServer = '168.63.129.16'

type Address = ipaddr.IPv4 | ipaddr.IPv6

function unwrap(address: Address): Address {
  if (address.kind() === 'ipv4') return address
  const bytes = address.toByteArray()
  const wraps = [mapped, nat64].some((prefix) => prefix.every((byte, at) => bytes[at] === byte))
  return wraps ? ipaddr.fromByteArray(bytes.slice(12)) : address
}

const mapped = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]
const nat64 = [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0]
