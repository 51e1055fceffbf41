import { createHash } from 'node:crypto'

import CachePolicy from 'http-cache-semantics'

import type { Exchange, ExchangeRequest } from '../http/exchange.ts'
import { crossOriginHeaders } from '../http/request-headers.ts'
import type { ResponseHeaders } from '../transport/transport.ts'
import type { CacheLimits } from './bounded-cache.ts'
import { createBoundedCache } from './bounded-cache.ts'
import type { ClearableCache, CacheScope } from './expiring-cache.ts'
import { clearMatching } from './expiring-cache.ts'

export type CacheMode = 'default' | 'reload' | 'no-store'

/**
 * How a response was obtained: fetched and possibly stored, from the cache, from the cache after the site
 * confirmed it, or fetched without the cache.
 */
export type CacheOutcome = 'miss' | 'hit' | 'revalidated' | 'bypass'

export interface CachedExchange extends Exchange {
  readonly cache: CacheOutcome
  /** Time at which the response was received or last revalidated, in milliseconds since the epoch. */
  readonly fetchedAt: number
}

export interface CachedRequest extends ExchangeRequest {
  readonly mode: CacheMode
  /** Key of the caller whose private entries may be used. If undefined, only shared entries may be used. */
  readonly caller: string | undefined
}

/** An HTTP cache. It stores each response for as long as HTTP allows. */
export interface ResponseCache extends ClearableCache {
  exchange(request: CachedRequest): Promise<CachedExchange>
}

interface Entry extends CacheScope {
  readonly key: string
  readonly address: string
  readonly policy: CachePolicy
  readonly exchange: Exchange
  readonly fetchedAt: number
}

// Approximate memory of an entry in addition to its body, headers and URL.
const overheadBytes = 4096

/**
 * Creates an HTTP cache. Public responses are shared between callers. A private response is visible
 * only to the caller that requested it. A response is also private if its request has headers besides
 * `accept`, `accept-language` and `user-agent`, because such headers may contain credentials.
 */
export function createResponseCache(
  limits: CacheLimits,
  send: (request: ExchangeRequest) => Promise<Exchange>,
): ResponseCache {
  const entries = createBoundedCache<Entry>(limits)

  function put(entry: Entry): void {
    if (entry.policy.storable() && !entry.exchange.incomplete) {
      entries.set(entry.key, entry, sizeOf(entry))
    } else entries.delete(entry.key)
  }

  function store(request: CachedRequest, exchange: Exchange): CachedExchange {
    const { own, shared, address } = keysOf(request)
    const fetchedAt = Date.now()
    const entry = { address, origin: request.url.origin, exchange, fetchedAt }
    const policy = policyOf(request, exchange, 'shared')
    if (shared !== undefined) put({ ...entry, key: shared, caller: undefined, policy })
    if (own !== undefined) {
      // A response in the shared entries is not stored again in the caller's private entries. An earlier
      // response there is removed, because it would be returned instead of the new one.
      if (shared !== undefined && policy.storable()) entries.delete(own)
      else {
        const ownPolicy = policyOf(request, exchange, 'private')
        put({ ...entry, key: own, caller: request.caller, policy: ownPolicy })
      }
    }
    return { ...exchange, cache: 'miss', fetchedAt }
  }

  /** Sends a request without using the cache. A successful unsafe method invalidates the URL's entries. */
  async function bypass(request: CachedRequest): Promise<CachedExchange> {
    const exchange = await send(request)
    const { method } = request
    if (method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS' && exchange.status < 400) {
      const { address } = keysOf(request)
      entries.clear((entry) => entry.address === address)
    }
    return { ...exchange, cache: 'bypass', fetchedAt: Date.now() }
  }

  async function revalidate(entry: Entry, request: CachedRequest): Promise<CachedExchange> {
    const described = describeRequest(request)
    const headers = plainHeaders(entry.policy.revalidationHeaders(described))
    const fresh = await send({ ...request, headers })
    if (fresh.status !== 304) return store(request, fresh)
    const response = { status: 304, headers: confirmedHeaders(entry, fresh) }
    const { policy, matches } = entry.policy.revalidatedPolicy(described, response)
    // If the site confirms another version than the cached one, that version is fetched (RFC 9111,
    // section 4.3.4).
    if (!matches) return store(request, await send(request))
    const confirmed = { ...entry, policy, fetchedAt: Date.now() }
    put(confirmed)
    return respondFrom(confirmed, request, 'revalidated')
  }

  return {
    async exchange(request) {
      const { mode, method, maxBytes } = request
      if (mode === 'no-store' || method !== 'GET') return bypass(request)
      const { own, shared } = keysOf(request)
      const keys = [own, shared].filter((key) => key !== undefined)
      const entry = mode === 'reload' ? undefined : entries.get(...keys)
      if (entry === undefined) return store(request, await send(request))
      // A truncated response is not enough for a request that allows more bytes.
      const { truncated, bytes } = entry.exchange
      if (truncated && bytes.length < maxBytes) return store(request, await send(request))
      return entry.policy.satisfiesWithoutRevalidation(describeRequest(request))
        ? respondFrom(entry, request, 'hit')
        : revalidate(entry, request)
    },
    clear: (filter) => clearMatching(entries, filter),
    stats: () => entries.stats(),
  }
}

/** Returns the headers of a 304 response. If it has no validators, adds those of the cached response. */
function confirmedHeaders({ exchange }: Entry, fresh: Exchange): Record<string, string> {
  const headers = policyHeaders(fresh.headers)
  if (headers['etag'] !== undefined || headers['last-modified'] !== undefined) return headers
  const { etag, 'last-modified': lastModified } = policyHeaders(exchange.headers)
  return {
    ...headers,
    ...(etag !== undefined && { etag }),
    ...(lastModified !== undefined && { 'last-modified': lastModified }),
  }
}

function sizeOf({ key, address, exchange: { bytes, headers } }: Entry): number {
  // The headers count twice, because the cache policy holds a second copy of them.
  const written = JSON.stringify(headers).length * 2 + key.length + address.length
  return bytes.length + written + overheadBytes
}

function respondFrom(
  { exchange, fetchedAt }: Entry,
  { maxBytes }: CachedRequest,
  cache: CacheOutcome,
): CachedExchange {
  const { bytes, truncated } = exchange
  const isCut = bytes.length > maxBytes
  const part = isCut ? bytes.subarray(0, maxBytes) : bytes
  return { ...exchange, bytes: part, truncated: truncated || isCut, cache, fetchedAt }
}

function keysOf({ url, headers, caller }: CachedRequest) {
  const address = url.href
  const common = crossOriginHeaders(headers)
  const personal = Object.keys(headers)
    .filter((name) => !(name in common))
    .toSorted()
    .map((name) => [name, headers[name]])
  if (personal.length === 0) {
    return {
      address,
      own: caller === undefined ? undefined : `${caller}\n${address}`,
      shared: address,
    }
  }
  // The key contains a hash of the headers, so that the cache does not keep credentials in memory.
  const digest = createHash('sha256').update(JSON.stringify(personal)).digest('base64')
  const own = caller === undefined ? undefined : `${caller}\n${digest}\n${address}`
  return { address, own, shared: undefined }
}

function policyOf(
  request: CachedRequest,
  { status, headers }: Exchange,
  kind: 'shared' | 'private',
) {
  const response = { status, headers: policyHeaders(headers) }
  return new CachePolicy(describeRequest(request), response, { shared: kind === 'shared' })
}

function describeRequest({ url, method, headers }: CachedRequest) {
  return { url: `${url.pathname}${url.search}`, method, headers: { ...headers, host: url.host } }
}

/**
 * Converts headers for `http-cache-semantics`: joins the values of repeated headers and lower-cases the
 * cache directives.
 */
function policyHeaders(headers: ResponseHeaders): Record<string, string> {
  const joined = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value] as const],
  )
  const read = Object.fromEntries(joined)
  const directives = read['cache-control']
  return directives === undefined ? read : { ...read, 'cache-control': directives.toLowerCase() }
}

function plainHeaders(headers: CachePolicy.Headers): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      typeof value === 'string' && name !== 'host' ? [[name, value]] : [],
    ),
  )
}
