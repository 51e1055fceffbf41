import type { Socket } from 'node:net'

import { McpError } from '@mcp/protocol'
import type { buildConnector } from 'undici'

import type { HostGuard, Endpoint } from './host-guard.ts'
import { ssrfBlocked } from './ssrf-blocked.ts'

/** Maximum number of attempts for one connection. All addresses are checked before the first attempt. */
const maxAttempts = 4

/**
 * Creates a connector for undici that connects only to checked addresses. The connector resolves the
 * host name once, checks every address, and connects to one of them. It does not connect by name,
 * because an attacker's name server could return another address for a second lookup. It also checks
 * the peer's address before it returns the connection. TLS still verifies the certificate by name.
 */
export function createGuardedConnector(
  guard: HostGuard,
  open: buildConnector.connector,
): buildConnector.connector {
  async function connect(options: buildConnector.Options): Promise<Socket> {
    const endpoint = endpointOfOptions(options)
    const addresses = await guard.addressesOf(endpoint)
    let failure: unknown = new McpError(
      'upstream-error',
      `"${endpoint.hostname.slice(0, 253)}" has no addresses.`,
      { details: { reason: 'dns-not-found' } },
    )
    for (const address of addresses.slice(0, maxAttempts)) {
      try {
        return checkPeer(guard, endpoint, await openAt(open, options, address))
      } catch (thrown) {
        if (McpError.is(thrown)) throw thrown
        failure = thrown
      }
    }
    throw failure
  }

  return (options, callback) => void passOn(connect(options), callback)
}

async function passOn(opening: Promise<Socket>, callback: buildConnector.Callback): Promise<void> {
  let socket: Socket
  try {
    socket = await opening
  } catch (thrown) {
    callback(thrown instanceof Error ? thrown : new Error(String(thrown)), null)
    return
  }
  callback(null, socket)
}

function endpointOfOptions({ hostname, protocol, port }: buildConnector.Options): Endpoint {
  const defaultPort = protocol === 'https:' ? 443 : 80
  return { hostname, port: port === '' ? defaultPort : Number(port) }
}

function openAt(
  open: buildConnector.connector,
  { servername, ...options }: buildConnector.Options,
  address: string,
): Promise<Socket> {
  // `servername` is passed only for TLS. Without TLS, undici uses it as the host, and connects to it instead of
  // the checked address if it is an IP address.
  const name = options.protocol === 'https:' && servername !== undefined ? { servername } : {}
  return new Promise((resolve, reject) => {
    open({ ...options, ...name, hostname: address }, (...[failure, socket]) => {
      if (failure === null) resolve(socket)
      else reject(failure)
    })
  })
}

function checkPeer(guard: HostGuard, endpoint: Endpoint, socket: Socket): Socket {
  if (guard.allowsPeer(endpoint, socket.remoteAddress)) return socket
  socket.destroy()
  throw ssrfBlocked(
    `The connection to "${endpoint.hostname.slice(0, 253)}" reached an address that is not allowed.`,
  )
}
