/** What one code means on each wire. */
export interface ErrorCodeInfo {
  /** The HTTP status that carries it. */
  readonly http: number
  /** Its JSON-RPC code. Ours lie at -31000 minus the HTTP status: the standard keeps -32000 to -32099. */
  readonly jsonRpc: number
  /** Whether trying again may help when the error itself says nothing. */
  readonly retryable: boolean
}

const facts = (http: number, jsonRpc: number, retryable = false): ErrorCodeInfo => ({
  http,
  jsonRpc,
  retryable,
})

/**
 * The closed list of codes, and the one table that maps them to HTTP and JSON-RPC.
 * `upstream-error` and `timeout` are retryable only where the operation is idempotent, so whoever
 * knows the operation says so on the error.
 */
export const errorCodes = {
  'parse-error': facts(400, -32700),
  'invalid-request': facts(400, -32600),
  'invalid-params': facts(400, -32602),
  'unsupported-version': facts(400, -32600),
  unauthenticated: facts(401, -31401),
  forbidden: facts(403, -31403),
  'session-not-found': facts(404, -31404),
  'unknown-type': facts(404, -32601),
  'not-found': facts(404, -32602),
  conflict: facts(409, -31409),
  'payload-too-large': facts(413, -31413),
  'rate-limited': facts(429, -31429, true),
  cancelled: facts(499, -31499),
  internal: facts(500, -32603),
  'upstream-error': facts(502, -31502),
  unavailable: facts(503, -31503, true),
  timeout: facts(504, -31504),
} as const satisfies Record<string, ErrorCodeInfo>

/** A code from the closed list. */
export type StandardErrorCode = keyof typeof errorCodes

/** A code from the closed list, or one of a server's own, prefixed `x-`. */
export type McpErrorCode = StandardErrorCode | `x-${string}`

// A server's own refusal: the request was understood and cannot be carried out.
const ownCode = facts(422, -31422)

const byCode: ReadonlyMap<string, ErrorCodeInfo> = new Map(Object.entries(errorCodes))

/** The HTTP status, JSON-RPC code and default retryability of a code. */
export function errorCodeInfo(code: McpErrorCode): ErrorCodeInfo {
  return byCode.get(code) ?? ownCode
}

/** Whether a word from outside is a code that {@link McpError} may carry. */
export function isErrorCode(value: unknown): value is McpErrorCode {
  return typeof value === 'string' && (byCode.has(value) || /^x-[a-z0-9-]{1,60}$/.test(value))
}
