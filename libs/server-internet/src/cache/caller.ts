import type { HandlerContext } from '@mcp/protocol'

/**
 * Returns the key of the caller's private cache entries. The key is the principal, or the session if
 * the caller is not authenticated. Returns undefined if the request has neither: such a request has
 * no private entries.
 */
export function callerOf({
  principal,
  sessionId,
}: Pick<HandlerContext, 'principal' | 'sessionId'>): string | undefined {
  if (principal !== undefined) return `principal ${principal}`
  return sessionId === undefined ? undefined : `session ${sessionId}`
}
