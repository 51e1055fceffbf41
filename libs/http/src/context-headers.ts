/**
 * The headers that carry a session's context between processes. They count only beside the service
 * token, or, where no token is configured, from loopback; and where `session` is there, `sessionId`
 * and `principal` in the body count for nothing.
 */
export const contextHeaders = {
  /** The session's id. */
  session: 'mcp-context-session',
  /** Who asks, percent-encoded. */
  principal: 'mcp-context-principal',
  /** The request's id, percent-encoded. */
  request: 'mcp-context-request',
  /** How long the caller still waits, in milliseconds. */
  timeoutMs: 'mcp-context-timeout-ms',
  /** The service token that makes the others count. */
  serviceToken: 'mcp-service-token',
} as const
