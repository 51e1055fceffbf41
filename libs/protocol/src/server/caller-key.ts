import type { RequestContext } from './capability-server.ts'

/**
 * Returns the key of the caller for limits per caller: its principal or, if it is anonymous, its
 * address, because a caller can open any number of sessions. If the address is unknown, the key is
 * its session.
 */
export function callerKeyOf({
  principal,
  address,
  sessionId,
}: Pick<RequestContext, 'principal' | 'address' | 'sessionId'>): string {
  return principal ?? address ?? sessionId ?? 'anonymous'
}
