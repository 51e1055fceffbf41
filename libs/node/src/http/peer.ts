import type { IncomingMessage } from 'node:http'
import { isIP, isIPv4 } from 'node:net'
import type { Socket } from 'node:net'

import type { Peer } from '@mcp/http'

const here: Peer = { isLoopback: true }
const unknown: Peer = { isLoopback: undefined }

/**
 * Returns the caller's address and whether the caller is on this machine. The address that a proxy
 * reports is used only if the proxy is on this machine or if `trustProxy` is set.
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
    // A caller is not treated as loopback if a proxy reports a loopback address. Some proxies pass on an
    // address that the caller has chosen.
    if (reported !== undefined && isLoopbackAddress(reported)) {
      return { isLoopback: false, address: reported }
    }
    return { isLoopback: false, address: networkOf(reported ?? address) }
  }
  if (address === undefined) return unknown
  // A connection keeps its address, and most connections send many requests.
  let peer = peers.get(request.socket)
  if (peer === undefined) {
    peer = isLoopbackAddress(address) ? here : { isLoopback: false, address: networkOf(address) }
    peers.set(request.socket, peer)
  }
  return peer
}

/** The peers of direct connections. */
const peers = new WeakMap<Socket, Peer>()

/** Returns the last address, which the nearest proxy reported. A caller can forge the addresses before it. */
function lastForwarded(value: string | string[] | undefined): string | undefined {
  const last =
    String(value ?? '')
      .split(',')
      .at(-1)
      ?.trim() ?? ''
  return isIP(last) === 0 ? undefined : last
}

/**
 * Returns an IPv4 address, or the /64 network of an IPv6 address, because one caller owns the whole network.
 * Undefined for a loopback or unknown address.
 */
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
  // `isIPv4` is required. The owner of evil.test can point 127.evil.test at this machine.
  return mapped.startsWith('127.') && isIPv4(mapped)
}
