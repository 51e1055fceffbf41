import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'

import { McpError } from '@mcp/protocol'

import { isLoopbackAddress } from './peer.ts'

export interface HostCheckOptions {
  /** The address that is listened on. */
  host: string
  /** Names besides this machine's own that callers may use, such as `mcp.example.org`. */
  allowedHosts?: readonly string[] | undefined
  /** Other sites whose pages may call, such as `https://app.example.org`. */
  allowedOrigins?: readonly string[] | undefined
  /** Whether a proxy's `X-Forwarded-Host` is the host to check. Default: false. */
  trustProxy?: boolean | undefined
}

/** Returns why a request is refused, or nothing. */
export type HostCheck = (request: IncomingMessage) => McpError | undefined

/**
 * Refuses requests that name another host or come from another site's page: otherwise a page could
 * point a name of its own at this machine and read what is served here (DNS rebinding).
 */
export function createHostCheck(options: HostCheckOptions): HostCheck {
  const { host, allowedHosts = [], allowedOrigins = [], trustProxy = false } = options
  const names = new Set(allowedHosts.map((name) => name.toLowerCase()))
  const origins = new Set(allowedOrigins)
  const isOpen = !isLoopbackAddress(host)
  // What callers send hardly varies, and parsing it for each request would show.
  const accepted = new Set<string>()

  const isOurs = (authority: string): boolean => {
    const name = hostnameOf(authority)
    if (name === undefined) return false
    const bare = name.replace(/^\[|\]$/g, '')
    if (isLoopbackAddress(bare) || name.endsWith('.localhost')) return true
    if (names.has(name) || names.has(authority.toLowerCase()) || name === host.toLowerCase()) {
      return true
    }
    // Whoever rebinds a name sends that name, so an address is safe where addresses are served.
    return isOpen && isIP(bare) !== 0
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
    `${header} "${value.slice(0, 100)}" is not served here. If it should be, ${remedy}.`,
    { details: { reason: `foreign-${header.toLowerCase()}` } },
  )
}
