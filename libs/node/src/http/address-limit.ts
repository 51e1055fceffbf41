import type { IncomingMessage } from 'node:http'

import type { RateLimitOptions } from '@mcp/concurrency'
import { createRateLimiter, rateLimited } from '@mcp/concurrency'
import type { Clock, McpError } from '@mcp/protocol'
import { systemClock } from '@mcp/protocol'

import { peerOf } from './peer.ts'

export interface AddressLimitOptions {
  readonly rateLimit?: RateLimitOptions | undefined
  readonly authenticated?: boolean | undefined
  readonly trustProxy?: boolean | undefined
  readonly clock?: Clock | undefined
}

/**
 * Creates the rate limit of anonymous callers, by address. Callers on this machine are not limited. If
 * the service authenticates its callers, this limit is off: the service limits them by principal.
 */
export function createAddressLimit(
  options: AddressLimitOptions,
): (request: IncomingMessage) => McpError | undefined {
  const { rateLimit, authenticated = false, trustProxy = false, clock = systemClock } = options
  if (rateLimit === undefined || authenticated) return () => undefined
  const limiter = createRateLimiter(rateLimit, clock)

  return (request) => {
    const { address } = peerOf(request, trustProxy)
    const waitMs = address === undefined ? 0 : limiter(address)
    return waitMs === 0 ? undefined : rateLimited(waitMs)
  }
}
