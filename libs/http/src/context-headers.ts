/**
 * Headers that carry the context of a request between the processes of this system. A server reads
 * them only from an internal caller: one that sends the service token or, if no token is configured,
 * one on this machine. If `session` is present, `sessionId` and `principal` in the body are ignored.
 */
export const contextHeaders = {
  /** Session id. */
  session: 'mcp-context-session',
  /** Principal, percent-encoded. */
  principal: 'mcp-context-principal',
  /** Network address of an anonymous caller. */
  address: 'mcp-context-address',
  /** Request id, percent-encoded. */
  request: 'mcp-context-request',
  /** Remaining time until the deadline, in milliseconds. */
  timeoutMs: 'mcp-context-timeout-ms',
  /** Service token, which proves that the caller is internal. */
  serviceToken: 'mcp-service-token',
} as const
