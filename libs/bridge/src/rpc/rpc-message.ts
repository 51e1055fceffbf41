import { isRecord } from '@mcp/protocol'

/** A JSON-RPC id of the standard: a string or an integer, never null. */
export type RpcId = string | number

export type RpcParams = Readonly<Record<string, unknown>>

/** A JSON-RPC message, after it was read. */
export type RpcMessage =
  | {
      readonly type: 'request'
      readonly id: RpcId
      readonly method: string
      readonly params: RpcParams
    }
  | { readonly type: 'notification'; readonly method: string; readonly params: RpcParams }
  | { readonly type: 'response'; readonly id: RpcId; readonly outcome: RpcOutcome }

export type RpcRequest = Extract<RpcMessage, { type: 'request' }>

/** The outcome of a request that a server sent to its client. */
export type RpcOutcome =
  | { readonly type: 'result'; readonly result: RpcParams }
  | { readonly type: 'error'; readonly code: number; readonly message: string }

/** Reads a JSON-RPC message. Returns `undefined` for a value that is not one. */
export function readMessage(value: unknown): RpcMessage | undefined {
  if (!isRecord(value) || value['jsonrpc'] !== '2.0') return undefined
  const { id, method, params = {}, result, error } = value
  if (typeof method === 'string') {
    if (!isRecord(params)) return undefined
    if (!Object.hasOwn(value, 'id')) return { type: 'notification', method, params }
    return isRpcId(id) ? { type: 'request', id, method, params } : undefined
  }
  if (!isRpcId(id)) return undefined
  if (isRecord(result)) return { type: 'response', id, outcome: { type: 'result', result } }
  if (!isRecord(error)) return undefined
  const { code, message } = error
  if (!Number.isInteger(code) || typeof message !== 'string') return undefined
  return { type: 'response', id, outcome: { type: 'error', code: Number(code), message } }
}

export function isRpcId(value: unknown): value is RpcId {
  return typeof value === 'string' || Number.isInteger(value)
}

/** Returns the id of a value that may be a request, for an error response to it. */
export function idOf(value: unknown): RpcId | null {
  return isRecord(value) && isRpcId(value['id']) && 'method' in value ? value['id'] : null
}

/** Encodes the response to a request. */
export function encodeResult(id: RpcId, result: unknown): string {
  return JSON.stringify({ jsonrpc: '2.0', id, result })
}

/** Encodes a notification or, with an id, a request to the client. */
export function encodeCall(method: string, params: RpcParams, id?: RpcId): string {
  return JSON.stringify({ jsonrpc: '2.0', ...(id === undefined ? {} : { id }), method, params })
}
