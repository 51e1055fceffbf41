import type { IncomingMessage } from 'node:http'
import { isIPv4 } from 'node:net'

import type { Peer } from '@mcp/http'

const here: Peer = { isLoopback: true }
const elsewhere: Peer = { isLoopback: false }
const unknown: Peer = { isLoopback: undefined }

/** Returns the origin of a connection, as far as the socket and the proxy headers show it. */
export function peerOf(request: IncomingMessage): Peer {
  const { headers } = request
  // A proxy on this machine connects from loopback on behalf of remote callers.
  if (
    headers['x-forwarded-for'] !== undefined ||
    headers.forwarded !== undefined ||
    headers['x-real-ip'] !== undefined
  ) {
    return elsewhere
  }
  const address = request.socket.remoteAddress
  if (address === undefined) return unknown
  return isLoopbackAddress(address) ? here : elsewhere
}

/** Whether a socket address or a host name is loopback. */
export function isLoopbackAddress(address: string): boolean {
  if (address === 'localhost' || address === '::1') return true
  const mapped = address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address
  // The owner of evil.test can point 127.evil.test here, so a name that starts with 127. is not enough.
  return mapped.startsWith('127.') && isIPv4(mapped)
}
