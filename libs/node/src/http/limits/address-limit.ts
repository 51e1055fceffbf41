import type { IncomingMessage, ServerResponse } from 'node:http'

import type { RateLimitOptions } from '@mcp/concurrency'
import { createRateLimiter, rateLimited } from '@mcp/concurrency'
import type { Clock, McpError } from '@mcp/protocol'
import { systemClock } from '@mcp/protocol'

import { peerOf } from '../peer.ts'

export interface AddressLimitOptions {
  readonly rateLimit?: RateLimitOptions | undefined
  readonly authenticated?: boolean | undefined
  readonly trustProxy?: boolean | undefined
  readonly clock?: Clock | undefined
}

/** Returns an error if the request must be refused, otherwise undefined. */
export type AddressLimit = (
  request: IncomingMessage,
  response: ServerResponse,
) => McpError | undefined

/** Number of wrong credentials that one address may send within a minute. */
const failedAuthentications = { requests: 20, perMs: 60_000 }

/** Maximum number of refused addresses in memory. */
const maxRefusedAddresses = 10_000

/**
 * Creates the rate limit of each address. Callers on this machine are not limited. If the service
 * authenticates its callers, only failed authentications count, so that a token cannot be guessed. The
 * service limits the other requests by principal.
 */
export function createAddressLimit(options: AddressLimitOptions): AddressLimit {
  const { rateLimit, authenticated = false, trustProxy = false, clock = systemClock } = options
  if (authenticated) return createFailureLimit(trustProxy, clock)
  if (rateLimit === undefined) return () => undefined
  const limiter = createRateLimiter(rateLimit, clock)

  return (request) => {
    const { address } = peerOf(request, trustProxy)
    const waitMs = address === undefined ? 0 : limiter(address)
    return waitMs === 0 ? undefined : rateLimited(waitMs)
  }
}

function createFailureLimit(trustProxy: boolean, clock: Clock): AddressLimit {
  const limiter = createRateLimiter(failedAuthentications, clock)
  const refusedUntil = new Map<string, number>()

  // A shared function, because a closure for each request takes measurable time.
  function countFailure(this: ServerResponse): void {
    if (this.statusCode !== 401) return
    const { address } = peerOf(this.req, trustProxy)
    const waitMs = address === undefined ? 0 : limiter(address)
    if (address === undefined || waitMs === 0) return
    refusedUntil.delete(address)
    refusedUntil.set(address, clock.now() + waitMs)
    if (refusedUntil.size <= maxRefusedAddresses) return
    const [oldest] = refusedUntil.keys()
    if (oldest !== undefined) refusedUntil.delete(oldest)
  }

  return (request, response) => {
    if (request.headers.authorization === undefined) return undefined
    const { address } = peerOf(request, trustProxy)
    if (address === undefined) return undefined
    const waitMs = (refusedUntil.get(address) ?? 0) - clock.now()
    if (waitMs > 0) return rateLimited(waitMs)
    response.once('close', countFailure)
    return undefined
  }
}
