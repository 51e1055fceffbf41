/** HTTP status, JSON-RPC code and retryability of an error code. */
export interface ErrorCodeInfo {
  /** HTTP status. */
  readonly http: number
  /**
   * JSON-RPC code: a standard code or, if there is none, -31000 minus the HTTP status. The range from
   * -32000 to -32099 is not used, because JSON-RPC reserves it.
   */
  readonly jsonRpc: number
  /** Whether a retry may succeed. An error can override this value. */
  readonly retryable: boolean
}

const codeInfo = (http: number, jsonRpc: number, retryable = false): ErrorCodeInfo => ({
  http,
  jsonRpc,
  retryable,
})

/**
 * The closed list of error codes, with their HTTP statuses and JSON-RPC codes. `upstream-error` and
 * `timeout` are not retryable by default. The dispatcher or the server sets `retryable` on such an
 * error if the operation is idempotent.
 */
export const errorCodes = {
  'parse-error': codeInfo(400, -32700),
  'invalid-request': codeInfo(400, -32600),
  'invalid-params': codeInfo(400, -32602),
  'unsupported-version': codeInfo(400, -32600),
  unauthenticated: codeInfo(401, -31401),
  forbidden: codeInfo(403, -31403),
  'session-not-found': codeInfo(404, -31404),
  'unknown-type': codeInfo(404, -32601),
  'not-found': codeInfo(404, -32602),
  conflict: codeInfo(409, -31409),
  'payload-too-large': codeInfo(413, -31413),
  'rate-limited': codeInfo(429, -31429, true),
  cancelled: codeInfo(499, -31499),
  internal: codeInfo(500, -32603),
  'upstream-error': codeInfo(502, -31502),
  unavailable: codeInfo(503, -31503, true),
  timeout: codeInfo(504, -31504),
} as const satisfies Record<string, ErrorCodeInfo>

/** A code from the closed list. */
export type StandardErrorCode = keyof typeof errorCodes

/** A code from the closed list, or a code with the prefix `x-` that a server defines. */
export type McpErrorCode = StandardErrorCode | `x-${string}`

// The values of every `x-` code. HTTP 422 means that the server understood the request but cannot
// carry it out.
const ownCode = codeInfo(422, -31422)

const byCode: ReadonlyMap<string, ErrorCodeInfo> = new Map(Object.entries(errorCodes))

/** Returns the HTTP status, JSON-RPC code and default retryability of a code. */
export function errorCodeInfo(code: McpErrorCode): ErrorCodeInfo {
  return byCode.get(code) ?? ownCode
}

/** Whether a value is a code that an {@link McpError} may have. */
export function isErrorCode(value: unknown): value is McpErrorCode {
  return typeof value === 'string' && (byCode.has(value) || /^x-[a-z0-9-]{1,60}$/.test(value))
}
