import type { TextResponse } from '@mcp/http'
import { errorCodeInfo, McpError } from '@mcp/protocol'

import type { RpcId } from './rpc-message.ts'

/** The `error` of a JSON-RPC response. */
export interface RpcError {
  readonly code: number
  readonly message: string
  readonly data?: unknown
}

/** JSON-RPC codes of errors of the HTTP transport. */
export const transportCodes = {
  badRequest: -32000,
  sessionNotFound: -32001,
  parseError: -32700,
  invalidRequest: -32600,
} as const

/** Reasons of errors for which the standard defines a JSON-RPC code that no {@link McpError} has. */
const codesByReason: ReadonlyMap<unknown, number> = new Map([
  ['resource-not-found', -32002],
  ['missing-capability', -32021],
])

/** Returns the JSON-RPC error of a thrown value. */
export function toRpcError(thrown: unknown): RpcError {
  const { code, message, retryable, details } = McpError.from(thrown).toBody()
  const rpcCode = codesByReason.get(details?.['reason']) ?? errorCodeInfo(code).jsonRpc
  return { code: rpcCode, message, data: { code, retryable, ...details } }
}

export function encodeError(id: RpcId | null, error: RpcError): string {
  return JSON.stringify({ jsonrpc: '2.0', id, error })
}

/** Creates an HTTP response with a JSON-RPC error. */
export function rpcErrorResponse(
  status: number,
  error: RpcError,
  id: RpcId | null = null,
): TextResponse {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: encodeError(id, error),
  }
}

/** Creates the error for a method that does not exist. */
export function methodNotFound(method: string): McpError {
  return new McpError('unknown-type', `Method not found: ${method.slice(0, 100)}`)
}

/** Creates the error for invalid params of a method. */
export function invalidParams(message: string): McpError {
  return new McpError('invalid-params', message)
}
