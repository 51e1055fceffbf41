import { isIP } from 'node:net'

import ipaddr from 'ipaddr.js'

/**
 * Whether an IP address belongs to the public internet. An IPv6 address that is IPv4-mapped, or has
 * the well-known NAT64 prefix, is public if the embedded IPv4 address is. These IPv6 addresses are not
 * public, even if they embed a public address: 6to4, Teredo, NAT64 prefixes for local use, and all
 * others outside 2000::/3.
 */
export function isPublicAddress(text: string): boolean {
  // `ipaddr.js` also parses legacy notations such as 0x7f.1. Such a text is not an address here, because a
  // connection would resolve it as a host name.
  if (isIP(text) === 0) return false
  const address = unwrap(ipaddr.parse(text))
  if (address.range() !== 'unicast') return false
  if (address.kind() === 'ipv4') return address.toString() !== azureWireServer
  const [first = 0] = address.toByteArray()
  return first >> 5 === 1
}

/** Returns the name of the range of an IP address, such as `loopback` or `private`. */
export function rangeOf(text: string): string {
  return isIP(text) === 0 ? 'none' : unwrap(ipaddr.parse(text)).range()
}

// This address is in a public range. On Azure, it serves secrets to virtual machines.
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
