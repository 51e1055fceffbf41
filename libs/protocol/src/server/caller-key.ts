import type { RequestContext } from './capability-server.ts'

/**
 * Returns the key that identifies a caller for limits per caller. The key is the principal or, for an
 * anonymous caller, the network address. The session is the key only if the address is unknown,
 * because a caller could avoid a limit per session by opening more sessions.
 */
export function callerKeyOf({
  principal,
  address,
  sessionId,
}: Pick<RequestContext, 'principal' | 'address' | 'sessionId'>): string {
  return principal ?? address ?? sessionId ?? 'anonymous'
}
