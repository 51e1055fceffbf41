/**
 * Headers with the context of a request between the processes of this system. A server reads them
 * only if the caller is internal. A caller is internal if it signs its requests. If neither a service
 * token nor `authenticate` is configured, callers on the same machine are internal. If the header
 * `session` is present, the server ignores `sessionId` and `principal` in the body.
 */
export const contextHeaders = {
  /** Session id. */
  session: 'mcp-context-session',
  /** Principal, percent-encoded. */
  principal: 'mcp-context-principal',
  /** Claims of the principal, encoded by `encodeClaims`. */
  claims: 'mcp-context-claims',
  /** Network address of an anonymous caller. */
  address: 'mcp-context-address',
  /** Request id, percent-encoded. */
  request: 'mcp-context-request',
  /** Remaining time until the deadline, in milliseconds. */
  timeoutMs: 'mcp-context-timeout-ms',
  /** Description of the standard MCP client, encoded by `encodeClient`. */
  client: 'mcp-context-client',
  /** Maximum size of a result that is returned whole, in bytes of JSON. */
  resultBytes: 'mcp-context-result-bytes',
} as const

/** Headers of the W3C trace context. */
export const traceHeaders = { traceparent: 'traceparent', tracestate: 'tracestate' } as const

/** Headers with which two processes of this system prove that they have the service token. */
export const serviceHeaders = {
  /** Header of a request. It contains the signature that {@link createServiceSigner} creates. */
  signature: 'mcp-service-signature',
  /** Header of the response to a signed request. It contains the proof of the server. */
  proof: 'mcp-service-proof',
} as const
