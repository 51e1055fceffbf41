import type { IncomingMessage } from 'node:http'
import { isIPv4 } from 'node:net'

import type { Peer } from '@mcp/http'

const here: Peer = { isLoopback: true }
const elsewhere: Peer = { isLoopback: false }
const unknown: Peer = { isLoopback: undefined }

/** Who is at the other end, as far as the socket and the headers of proxies tell. */
export function peerOf(request: IncomingMessage): Peer {
  const { headers } = request
  // A proxy on this machine connects from loopback on behalf of callers that are not here.
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

/** Whether an address of a socket or a host's name stays on this machine. */
export function isLoopbackAddress(address: string): boolean {
  if (address === 'localhost' || address === '::1') return true
  const mapped = address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address
  // Whoever owns evil.test can point 127.evil.test here: only an address is what it says.
  return mapped.startsWith('127.') && isIPv4(mapped)
}
