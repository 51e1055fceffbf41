import type { Socket } from 'node:net'

import { McpError } from '@mcp/protocol'
import type { buildConnector } from 'undici'

import type { HostGuard, Place } from './host-guard.ts'
import { ssrfBlocked } from './ssrf-blocked.ts'

/** Tried one after another; a name may have more, of which all are checked. */
const mostAttempts = 4

/**
 * Opens connections for undici to checked addresses alone: it resolves the name itself, checks every
 * address, connects to one of these and not to the name, and looks at the other end before handing
 * the connection over. TLS still asks for the name.
 */
export function createGuardedConnector(
  guard: HostGuard,
  open: buildConnector.connector,
): buildConnector.connector {
  async function connect(options: buildConnector.Options): Promise<Socket> {
    const place = placeOfOptions(options)
    const addresses = await guard.addressesOf(place)
    let failure: unknown = new McpError(
      'upstream-error',
      `"${place.hostname.slice(0, 253)}" has no address.`,
      { details: { reason: 'dns-not-found' } },
    )
    for (const address of addresses.slice(0, mostAttempts)) {
      try {
        return checkPeer(guard, place, await openAt(open, options, address))
      } catch (thrown) {
        if (McpError.is(thrown)) throw thrown
        failure = thrown
      }
    }
    throw failure
  }

  return (options, callback) => void handOver(connect(options), callback)
}

async function handOver(
  opening: Promise<Socket>,
  callback: buildConnector.Callback,
): Promise<void> {
  let socket: Socket
  try {
    socket = await opening
  } catch (thrown) {
    callback(thrown instanceof Error ? thrown : new Error(String(thrown)), null)
    return
  }
  callback(null, socket)
}

function placeOfOptions({ hostname, protocol, port }: buildConnector.Options): Place {
  const preset = protocol === 'https:' ? 443 : 80
  return { hostname, port: port === '' ? preset : Number(port) }
}

function openAt(
  open: buildConnector.connector,
  { servername, ...options }: buildConnector.Options,
  address: string,
): Promise<Socket> {
  // Without TLS a server name would be taken for the host to connect to.
  const name = options.protocol === 'https:' && servername !== undefined ? { servername } : {}
  return new Promise((resolve, reject) => {
    open({ ...options, ...name, hostname: address }, (...[failure, socket]) => {
      if (failure === null) resolve(socket)
      else reject(failure)
    })
  })
}

function checkPeer(guard: HostGuard, place: Place, socket: Socket): Socket {
  if (guard.allowsPeer(place, socket.remoteAddress)) return socket
  socket.destroy()
  throw ssrfBlocked(`The connection to "${place.hostname.slice(0, 253)}" ended elsewhere.`)
}
