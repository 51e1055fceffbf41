import type { AllowedHosts } from './allowed-hosts.ts'
import { parseAllowedHosts } from './allowed-hosts.ts'
import type { Resolve } from './host-guard.ts'
import type { ProxyOptions } from './proxy-rules.ts'
import type { Transport } from './transport.ts'

export interface GuardedFetchOptions {
  /**
   * Address that an operator has configured. If it is not public, other hosts with an address of the same kind,
   * such as private or loopback, may be reached too.
   */
  readonly near: string
  /** Hosts that may be reached in addition, such as `*.corp.example`. Default: none. */
  readonly allowedHosts?: readonly string[] | undefined
  readonly proxy?: ProxyOptions | undefined
  /** PEM file of additional trusted certificates. Default: none. */
  readonly caFile?: string | undefined
  /** Resolves host names. Default: the resolver of the operating system. */
  readonly resolve?: Resolve | undefined
}

/** Maximum size of a response. Documents of authorization servers are much smaller. */
const maxBytes = 1024 * 1024

/**
 * Creates a `fetch` for addresses that a remote server chooses. It reaches the public internet and the hosts
 * that `near` and `allowedHosts` permit. It checks each address that a name resolves to, and does not follow
 * redirects.
 *
 * @example
 * const guardedFetch = createGuardedFetch({ near: 'https://mcp.example.com/mcp' })
 */
export function createGuardedFetch(options: GuardedFetchOptions) {
  const { near, allowedHosts = [], proxy, caFile } = options
  const configured = parseAllowedHosts(allowedHosts)
  let opening: Promise<Transport> | undefined

  async function open(): Promise<Transport> {
    // The HTTP client takes 10 MiB of memory. It is loaded for the first request, because many programs send
    // no request.
    const { createTransport, resolveByLookup } = await import('./transport.ts')
    const { hostsNear } = await import('./hosts-near.ts')
    const { endpointOf } = await import('./host-guard.ts')
    const { resolve = resolveByLookup } = options
    const url = new URL(near)
    const addresses = await resolve(endpointOf(url).hostname).catch(() => undefined)
    // After a failure, the next request resolves the name again, because the failure may be temporary.
    if (addresses === undefined) opening = undefined
    const allowed = either(configured, hostsNear(url, addresses ?? []))
    return createTransport({ allowed, resolve, proxy, caFile })
  }

  /** @throws McpError `forbidden`, reason `ssrf-blocked`, for a private address. */
  return async (url: string | URL, init: RequestInit = {}): Promise<Response> => {
    const request = new Request(url, { ...init, redirect: 'manual' })
    const body = await request.text()
    opening ??= open()
    const transport = await opening
    const { exchangeOnce } = await import('../http/exchange-once.ts')
    const response = await exchangeOnce(transport, {
      url: new URL(request.url),
      method: request.method,
      headers: Object.fromEntries(request.headers),
      ...(body === '' ? {} : { body }),
      maxBytes,
      signal: request.signal,
    })
    const headers = new Headers()
    for (const [name, value] of Object.entries(response.headers)) {
      for (const item of Array.isArray(value) ? value : [value ?? '']) headers.append(name, item)
    }
    headers.delete('content-encoding')
    headers.delete('content-length')
    const { status, bytes } = response
    const isEmpty = status === 204 || status === 205 || status === 304
    return new Response(isEmpty ? null : new Uint8Array(bytes), { status, headers })
  }
}

function either(left: AllowedHosts, right: AllowedHosts): AllowedHosts {
  return {
    hasName: (...args) => left.hasName(...args) || right.hasName(...args),
    hasInternalName: (...args) => left.hasInternalName(...args) || right.hasInternalName(...args),
    hasAddress: (...args) => left.hasAddress(...args) || right.hasAddress(...args),
    hasPort: (...args) => left.hasPort(...args) || right.hasPort(...args),
  }
}
