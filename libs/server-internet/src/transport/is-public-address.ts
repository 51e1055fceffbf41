import { isIP } from 'node:net'

import ipaddr from 'ipaddr.js'

/**
 * Whether an IP address belongs to the public internet. For IPv6 addresses in the mapped form and
 * the well-known NAT64 prefix, the embedded IPv4 address decides. Old tunnels (6to4, Teredo), NAT64
 * prefixes for local use and all other addresses outside 2000::/3 are refused, even if they embed a
 * public address.
 */
export function isPublicAddress(text: string): boolean {
  // `isIP` is checked first, because the library also parses legacy notations, which a resolver
  // would treat as names.
  if (isIP(text) === 0) return false
  const address = unwrap(ipaddr.parse(text))
  if (address.range() !== 'unicast') return false
  if (address.kind() === 'ipv4') return address.toString() !== azureWireServer
  const [first = 0] = address.toByteArray()
  return first >> 5 === 1
}

// In a public range, but on Azure this address serves secrets to virtual machines.
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
