import type { HandlerContext } from '@mcp/protocol'

/**
 * Returns the key of the caller's private cache entries: its principal, or its session if it is not
 * authenticated. A request with neither has no private entries: undefined.
 */
export function callerOf({
  principal,
  sessionId,
}: Pick<HandlerContext, 'principal' | 'sessionId'>): string | undefined {
  if (principal !== undefined) return `principal ${principal}`
  return sessionId === undefined ? undefined : `session ${sessionId}`
}
