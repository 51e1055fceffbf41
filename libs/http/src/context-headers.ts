/**
 * Headers that carry the context of a request between the processes of this system. A server reads
 * them only from an internal caller: one that signs its requests or, if no service token is
 * configured, one on this machine. If `session` is present, `sessionId` and `principal` in the body
 * are ignored.
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
} as const

/** Headers by which two processes of this system prove to each other that they have the service token. */
export const serviceHeaders = {
  /** Of a request: see {@link createServiceSigner}. */
  signature: 'mcp-service-signature',
  /** Of the response to a signed request. */
  proof: 'mcp-service-proof',
} as const
