import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'

import { McpError } from '@mcp/protocol'

import { isLoopbackAddress } from './peer.ts'

export interface HostCheckOptions {
  /** The address that the server listens on. */
  host: string
  /** Host names that callers may use besides localhost, such as `mcp.example.org`. */
  allowedHosts?: readonly string[] | undefined
  /** Origins whose pages may call, such as `https://app.example.org`. */
  allowedOrigins?: readonly string[] | undefined
  /** Whether the host to check is that of the proxy's `X-Forwarded-Host`. Default: false. */
  trustProxy?: boolean | undefined
}

/** Returns the error that a request is refused with, if it is. */
export type HostCheck = (request: IncomingMessage) => McpError | undefined

/**
 * Refuses requests whose `Host` or `Origin` is foreign: otherwise a page could point a name of its
 * own at this machine and read what is served here (DNS rebinding).
 */
export function createHostCheck(options: HostCheckOptions): HostCheck {
  const { host, allowedHosts = [], allowedOrigins = [], trustProxy = false } = options
  const names = new Set(allowedHosts.map((name) => name.toLowerCase()))
  const origins = new Set(allowedOrigins)
  const isOnNetwork = !isLoopbackAddress(host)
  // Callers send few different values, and parsing one for each request is measurable.
  const accepted = new Set<string>()

  const isOurs = (authority: string): boolean => {
    const name = hostnameOf(authority)
    if (name === undefined) return false
    const bare = name.replace(/^\[|\]$/g, '')
    if (isLoopbackAddress(bare) || name.endsWith('.localhost')) return true
    if (names.has(name) || names.has(authority.toLowerCase()) || name === host.toLowerCase()) {
      return true
    }
    // A rebinding attack sends a name, so an address is safe on a server that is on the network.
    return isOnNetwork && isIP(bare) !== 0
  }

  const isAccepted = (authority: string): boolean => {
    if (accepted.has(authority)) return true
    if (!isOurs(authority)) return false
    if (accepted.size < 100) accepted.add(authority)
    return true
  }

  return ({ headers }) => {
    const forwardedHost = trustProxy ? headers['x-forwarded-host'] : undefined
    const authority = forwardedHost === undefined ? headers.host : String(forwardedHost)
    if (authority !== undefined && !isAccepted(authority)) return refusal('Host', authority)
    const { origin } = headers
    if (origin === undefined || origins.has(origin)) return undefined
    return isAccepted(origin.replace(/^https?:\/\//, '')) ? undefined : refusal('Origin', origin)
  }
}

function hostnameOf(authority: string): string | undefined {
  const url = `http://${authority}`
  if (!URL.canParse(url)) return undefined
  const { hostname, pathname, username } = new URL(url)
  return pathname === '/' && username === '' ? hostname : undefined
}

function refusal(header: 'Host' | 'Origin', value: string): McpError {
  const remedy =
    header === 'Host' ? 'add its name to MCP_ALLOWED_HOSTS' : 'add it to MCP_ALLOWED_ORIGINS'
  return new McpError(
    'forbidden',
    `${header} "${value.slice(0, 100)}" is not allowed. To allow it, ${remedy}.`,
    { details: { reason: `foreign-${header.toLowerCase()}` } },
  )
}
