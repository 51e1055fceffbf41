import { createHash } from 'node:crypto'

import CachePolicy from 'http-cache-semantics'

import type { Exchange, ExchangeRequest } from '../http/exchange.ts'
import { harmlessHeaders } from '../http/request-headers.ts'
import type { ResponseHeaders } from '../transport/transport.ts'
import type { CacheLimits } from './bounded-cache.ts'
import { createBoundedCache } from './bounded-cache.ts'
import type { ClearableCache, KeptFor } from './expiring-cache.ts'
import { clearMatching } from './expiring-cache.ts'

export type CacheMode = 'default' | 'reload' | 'no-store'

/** Where an answer came from. */
export type CacheOutcome = 'miss' | 'hit' | 'revalidated' | 'bypass'

export interface CachedExchange extends Exchange {
  readonly cache: CacheOutcome
  /** When the site gave it, or last confirmed it; in milliseconds since the epoch. */
  readonly fetchedAt: number
}

export interface CachedRequest extends ExchangeRequest {
  readonly mode: CacheMode
  /** Whose private answers may be used and kept; nobody's where there is none. */
  readonly caller: string | undefined
}

/** Keeps answers for as long as HTTP lets it. */
export interface ResponseCache extends ClearableCache {
  exchange(request: CachedRequest): Promise<CachedExchange>
}

interface Entry extends KeptFor {
  readonly key: string
  readonly address: string
  readonly policy: CachePolicy
  readonly exchange: Exchange
  readonly fetchedAt: number
}

// What an entry takes besides its body, its headers and its address: about so much for the objects.
const overheadBytes = 4096

/**
 * An HTTP cache. What is meant for everybody is shared. What is meant for one caller, or was asked for
 * with headers of the caller's own, is found by that caller alone.
 */
export function createResponseCache(
  limits: CacheLimits,
  ask: (request: ExchangeRequest) => Promise<Exchange>,
): ResponseCache {
  const entries = createBoundedCache<Entry>(limits)

  function put(entry: Entry): void {
    if (entry.policy.storable()) {
      entries.set(entry.key, entry, sizeOf(entry))
    } else entries.delete(entry.key)
  }

  function keep(request: CachedRequest, exchange: Exchange): CachedExchange {
    const { own, shared, address } = keysOf(request)
    const fetchedAt = Date.now()
    const entry = { address, origin: request.url.origin, exchange, fetchedAt }
    const policy = policyOf(request, exchange, true)
    if (shared !== undefined) put({ ...entry, key: shared, caller: undefined, policy })
    // What everybody may have is not kept a second time for one.
    if (own !== undefined && (shared === undefined || !policy.storable())) {
      const ownPolicy = policyOf(request, exchange, false)
      put({ ...entry, key: own, caller: request.caller, policy: ownPolicy })
    }
    return { ...exchange, cache: 'miss', fetchedAt }
  }

  /** Asks without looking into the cache; what changes something there makes what is kept of it old. */
  async function bypass(request: CachedRequest): Promise<CachedExchange> {
    const exchange = await ask(request)
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
    const fresh = await ask({ ...request, headers })
    if (fresh.status !== 304) return keep(request, fresh)
    const answer = { status: 304, headers: policyHeaders(fresh.headers) }
    const { policy, modified } = entry.policy.revalidatedPolicy(described, answer)
    // It confirms another version than the one kept here, which is then of no use.
    if (modified) return keep(request, await ask(request))
    const confirmed = { ...entry, policy, fetchedAt: Date.now() }
    put(confirmed)
    return answerFrom(confirmed, request, 'revalidated')
  }

  return {
    async exchange(request) {
      const { mode, method, maxBytes } = request
      if (mode === 'no-store' || method !== 'GET') return bypass(request)
      const { own, shared } = keysOf(request)
      const keys = [own, shared].filter((key) => key !== undefined)
      const entry = mode === 'reload' ? undefined : entries.get(...keys)
      if (entry === undefined) return keep(request, await ask(request))
      // One that was cut off sooner than is asked for now does not do.
      const { truncated, bytes } = entry.exchange
      if (truncated && bytes.length < maxBytes) return keep(request, await ask(request))
      return entry.policy.satisfiesWithoutRevalidation(describeRequest(request))
        ? answerFrom(entry, request, 'hit')
        : revalidate(entry, request)
    },
    clear: (forgetting) => clearMatching(entries, forgetting),
    stats: () => entries.stats(),
  }
}

function sizeOf({ key, address, exchange: { bytes, headers } }: Entry): number {
  // The policy has headers of its own.
  const written = JSON.stringify(headers).length * 2 + key.length + address.length
  return bytes.length + written + overheadBytes
}

function answerFrom(
  { exchange, fetchedAt }: Entry,
  { maxBytes }: CachedRequest,
  cache: CacheOutcome,
): CachedExchange {
  const { bytes, truncated } = exchange
  const isCut = bytes.length > maxBytes
  const given = isCut ? bytes.subarray(0, maxBytes) : bytes
  return { ...exchange, bytes: given, truncated: truncated || isCut, cache, fetchedAt }
}

function keysOf({ url, headers, caller }: CachedRequest) {
  const address = url.href
  const common = harmlessHeaders(headers)
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
  // Hashed, so that credentials are not kept for longer than they are needed.
  const digest = createHash('sha256').update(JSON.stringify(personal)).digest('base64')
  const own = caller === undefined ? undefined : `${caller}\n${digest}\n${address}`
  return { address, own, shared: undefined }
}

function policyOf(request: CachedRequest, { status, headers }: Exchange, shared: boolean) {
  const answer = { status, headers: policyHeaders(headers) }
  return new CachePolicy(describeRequest(request), answer, { shared })
}

function describeRequest({ url, method, headers }: CachedRequest) {
  return { url: `${url.pathname}${url.search}`, method, headers: { ...headers, host: url.host } }
}

/** Headers as the policy reads them: each once, and directives in small letters. */
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
