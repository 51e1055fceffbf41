import type { IncomingMessage } from 'node:http'
import { isIP, isIPv4 } from 'node:net'

import type { Peer } from '@mcp/http'

const here: Peer = { isLoopback: true }
const unknown: Peer = { isLoopback: undefined }

/**
 * Returns the origin of a connection, as far as the socket and the proxy headers show it. The address
 * that a proxy reports counts if the proxy is on this machine, or if `trustProxy` is set.
 */
export function peerOf(request: IncomingMessage, trustProxy = false): Peer {
  const { headers } = request
  const address = request.socket.remoteAddress
  // A proxy on this machine connects from loopback on behalf of remote callers.
  if (
    headers['x-forwarded-for'] !== undefined ||
    headers.forwarded !== undefined ||
    headers['x-real-ip'] !== undefined
  ) {
    const isTrusted = trustProxy || (address !== undefined && isLoopbackAddress(address))
    const reported = isTrusted ? lastForwarded(headers['x-forwarded-for']) : undefined
    return { isLoopback: false, address: networkOf(reported ?? address) }
  }
  if (address === undefined) return unknown
  return isLoopbackAddress(address) ? here : { isLoopback: false, address: networkOf(address) }
}

/** Returns the address that the nearest proxy reported. A caller can write those before it. */
function lastForwarded(value: string | string[] | undefined): string | undefined {
  const last =
    String(value ?? '')
      .split(',')
      .at(-1)
      ?.trim() ?? ''
  return isIP(last) === 0 ? undefined : last
}

/** Returns the address without a mapping; of IPv6 the /64 network, which one caller has to itself. */
function networkOf(address: string | undefined): string | undefined {
  if (address === undefined || isLoopbackAddress(address)) return undefined
  const mapped = address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address
  if (isIPv4(mapped)) return mapped
  const [head = '', tail] = address.toLowerCase().split('::')
  const groups = head === '' ? [] : head.split(':')
  if (tail !== undefined) {
    const after = tail === '' ? [] : tail.split(':')
    while (groups.length + after.length < 8) groups.push('0')
    groups.push(...after)
  }
  return `${groups.slice(0, 4).join(':')}::/64`
}

/** Whether a socket address or a host name is loopback. */
export function isLoopbackAddress(address: string): boolean {
  if (address === 'localhost' || address === '::1') return true
  const mapped = address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address
  // The owner of evil.test can point 127.evil.test here, so a name that starts with 127. is not enough.
  return mapped.startsWith('127.') && isIPv4(mapped)
}
