import { isRecord, McpError } from '@mcp/protocol'

/** The error of a JSON-RPC response. */
export interface RpcError {
  readonly code: number
  readonly message: string
  readonly data?: unknown
}

/** Code of errors of the connection. SDKs use the same code for a closed connection. */
export const refusedCode = -32_000

export const rpcErrors = {
  parseError: (message: string): RpcError => ({ code: -32_700, message }),
  invalidRequest: (message: string): RpcError => ({ code: -32_600, message }),
} as const

/** Returns the JSON-RPC error for an error of the proxy. */
export function toRpcError(thrown: unknown): RpcError {
  const { code, message, retryable, details } = McpError.from(thrown)
  return { code: refusedCode, message, data: { code, retryable, ...details } }
}

/** Reads the error of a JSON-RPC response. Returns undefined if the value is not such an error. */
export function readRpcError(value: unknown): RpcError | undefined {
  if (!isRecord(value)) return undefined
  const { code, message } = value
  if (typeof code !== 'number' || typeof message !== 'string') return undefined
  return { ...value, code, message }
}
