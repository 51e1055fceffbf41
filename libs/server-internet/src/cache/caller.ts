import type { HandlerContext } from '@mcp/protocol'

/**
 * Whose private answers are whose: those of a principal, or of a session where nobody is
 * authenticated. A request of neither has none.
 */
export function callerOf({
  principal,
  sessionId,
}: Pick<HandlerContext, 'principal' | 'sessionId'>): string | undefined {
  if (principal !== undefined) return `principal ${principal}`
  return sessionId === undefined ? undefined : `session ${sessionId}`
}
