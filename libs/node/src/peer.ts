import type { IncomingMessage } from 'node:http'

import type { Peer } from '@mcp/protocol'

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
  return (
    address === 'localhost' ||
    address === '::1' ||
    address.startsWith('127.') ||
    address.startsWith('::ffff:127.')
  )
}
