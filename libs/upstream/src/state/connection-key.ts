import type { RequestContext } from '@mcp/protocol'

import type { Catalogue } from '../catalogue/catalogue.ts'
import type { UpstreamOptions } from '../entry/upstream-options.ts'

/** Properties of a caller that isolate its connections. */
export type CallerKeys = Pick<RequestContext, 'sessionId' | 'principal' | 'signal'>

/** Key of the connection that lists the server, and that callers share by default. */
export const sharedKey = 'shared'

/** Returns whether a connection serves only one call. */
export function isSingleUse(key: string): boolean {
  return key.startsWith('call:')
}

/**
 * Returns the key of the connection of a caller. A request of a legacy server does not name the call that
 * caused it, so a legacy server that sends requests gets one connection per session. A modern server requests
 * interactions in the result of the call itself, so callers can share its connection.
 */
export function connectionKey(
  { sessionId, principal }: CallerKeys,
  { isolation }: Pick<UpstreamOptions, 'isolation'>,
  catalogue: Pick<Catalogue, 'era' | 'asksClients'> | undefined,
): string {
  const asks = catalogue?.era === 'legacy' && catalogue.asksClients
  const chosen = isolation ?? (asks ? 'session' : 'shared')
  if (chosen === 'shared') return sharedKey
  if (chosen === 'principal' && principal !== undefined) return `principal:${principal}`
  if (chosen !== 'call' && sessionId !== undefined) return `session:${sessionId}`
  return `call:${crypto.randomUUID()}`
}
