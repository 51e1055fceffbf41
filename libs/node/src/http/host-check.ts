import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'

import { McpError } from '@mcp/protocol'

import { isLoopbackAddress } from './peer.ts'

export interface HostCheckOptions {
  /** The address that the server listens on. */
  host: string
  /** Host names that callers may use in addition to localhost, such as `mcp.example.org`. */
  allowedHosts?: readonly string[] | undefined
  /** Origins whose pages may call, such as `https://app.example.org`. */
  allowedOrigins?: readonly string[] | undefined
  /** Whether `X-Forwarded-Host` is honoured, and checked in addition to `Host`. Default: false. */
  trustProxy?: boolean | undefined
  /** The path of the service, to which pages of other sites may link. Default: `/`. */
  pathPrefix?: string | undefined
}

/** Returns an error if the request must be refused, otherwise undefined. */
export type HostCheck = (request: IncomingMessage) => McpError | undefined

/**
 * Refuses requests with a foreign `Host` or `Origin`. Otherwise the owner of a web page could point
 * the page's host name at this machine, and the page could read the responses (DNS rebinding). An
 * `Origin` that is not in `allowedOrigins` must have the host and port of the request, because other ports
 * belong to other programs.
 */
export function createHostCheck(options: HostCheckOptions): HostCheck {
  const { host, allowedHosts = [], allowedOrigins = [] } = options
  const { trustProxy = false, pathPrefix = '' } = options
  const names = new Set(allowedHosts.map((name) => name.toLowerCase()))
  const origins = new Set(allowedOrigins)
  const isOnNetwork = !isLoopbackAddress(host)
  // Cache of accepted values. Callers send few different values, and parsing one for each request
  // takes measurable time.
  const accepted = new Set<string>()

  const isOurs = (authority: string): boolean => {
    const name = hostnameOf(authority)
    if (name === undefined) return false
    const bare = name.replace(/^\[|\]$/g, '')
    if (isLoopbackAddress(bare) || name.endsWith('.localhost')) return true
    if (names.has(name) || names.has(authority.toLowerCase()) || name === host.toLowerCase()) {
      return true
    }
    // In a DNS rebinding attack, the browser sends a host name. An IP address is therefore safe, and a
    // server on the network accepts it.
    return isOnNetwork && isIP(bare) !== 0
  }

  const isAccepted = (authority: string): boolean => {
    if (accepted.has(authority)) return true
    if (!isOurs(authority)) return false
    if (accepted.size < 100) accepted.add(authority)
    return true
  }

  return (request) => {
    const { host: authority, origin } = request.headers
    if (hasTwoHosts(request.rawHeaders)) return twoHosts()
    // Only the first of several values is checked, because the request URL is built from the first.
    const [forwarded] = trustProxy ? listOf(request.headers['x-forwarded-host']) : []
    if (authority !== undefined && !isAccepted(authority)) return foreignHost('Host', authority)
    if (forwarded !== undefined && !isAccepted(forwarded)) {
      return foreignHost('X-Forwarded-Host', forwarded)
    }
    if (origin !== undefined) {
      if (origins.has(origin)) return undefined
      if (!isSameHost(origin, authority) && !isSameHost(origin, forwarded)) {
        return foreignOrigin(origin)
      }
    }
    return checkFetchSite(request, pathPrefix)
  }
}

/**
 * Whether a request has several `Host` headers. Node uses the first one, a proxy may use another one.
 * RFC 9112 requires status 400.
 */
function hasTwoHosts(rawHeaders: readonly string[]): boolean {
  let hosts = 0
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]
    if (name?.length === 4 && name.toLowerCase() === 'host') hosts++
  }
  return hosts > 1
}

function twoHosts(): McpError {
  return new McpError('invalid-request', 'The request has several Host headers. Send one.', {
    details: { header: 'host', reason: 'several-hosts' },
  })
}

/** Whether the origin has the host and port of the request. The schemes may differ behind a proxy. */
function isSameHost(origin: string, authority: string | undefined): boolean {
  if (authority === undefined) return false
  const withoutDefaultPort = (text: string): string => text.toLowerCase().replace(/:(80|443)$/, '')
  return withoutDefaultPort(origin.replace(/^https?:\/\//, '')) === withoutDefaultPort(authority)
}

/**
 * Refuses requests that a browser sends for a page of another origin, except links to the web client and reads
 * from the same site. Some of these requests have no `Origin`, for example those for images, but browsers send
 * `Sec-Fetch-Site` with all requests to HTTPS URLs and to this machine.
 */
function checkFetchSite(
  { method, url = '/', headers }: IncomingMessage,
  pathPrefix: string,
): McpError | undefined {
  const site = headers['sec-fetch-site']
  if (site !== 'cross-site' && site !== 'same-site') return undefined
  const isRead = method === 'GET' || method === 'HEAD'
  if (site === 'same-site' && isRead) return undefined
  // Pages of other sites may link to the web client.
  const isLink = headers['sec-fetch-mode'] === 'navigate' && isRead
  const path = url.startsWith(pathPrefix) ? url.slice(pathPrefix.length) : url
  if (isLink && /^\/?(ui(\/[^?]*)?)?(\?|$)/.test(path)) return undefined
  return new McpError(
    'forbidden',
    'Pages of other sites may not call this service. To allow one, add its origin to MCP_ALLOWED_ORIGINS.',
    { details: { reason: site } },
  )
}

function listOf(value: string | readonly string[] | undefined): readonly string[] {
  return value === undefined ? [] : String(value).split(/ *, */)
}

function hostnameOf(authority: string): string | undefined {
  const url = `http://${authority}`
  if (!URL.canParse(url)) return undefined
  const { hostname, pathname, username } = new URL(url)
  return pathname === '/' && username === '' ? hostname : undefined
}

function foreignHost(header: 'Host' | 'X-Forwarded-Host', value: string): McpError {
  return notAllowed(header, value, 'add its name to MCP_ALLOWED_HOSTS', 'foreign-host')
}

function foreignOrigin(value: string): McpError {
  return notAllowed('Origin', value, 'add it to MCP_ALLOWED_ORIGINS', 'foreign-origin')
}

function notAllowed(header: string, value: string, remedy: string, reason: string): McpError {
  return new McpError(
    'forbidden',
    `${header} "${value.slice(0, 100)}" is not allowed. To allow it, ${remedy}.`,
    { details: { reason } },
  )
}
