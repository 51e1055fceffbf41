import type { RequestContext } from './capability-server.ts'

/**
 * Returns the key under which the caller's share of a limited resource is counted: its principal; if
 * it is anonymous its address, since sessions cost nothing; otherwise its session.
 */
export function callerKeyOf({
  principal,
  address,
  sessionId,
}: Pick<RequestContext, 'principal' | 'address' | 'sessionId'>): string {
  return principal ?? address ?? sessionId ?? 'anonymous'
}
