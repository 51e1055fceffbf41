import { isRecord } from '@mcp/protocol'

import type { RpcError } from './rpc-error.ts'
import { rpcErrors } from './rpc-error.ts'

export type RequestId = string | number

export interface RpcRequest {
  readonly type: 'request'
  readonly id: RequestId
  readonly method: string
  readonly params: Readonly<Record<string, unknown>>
}

export interface RpcNotification {
  readonly type: 'notification'
  readonly method: string
  readonly params: Readonly<Record<string, unknown>>
}

export interface RpcResponse {
  readonly type: 'response'
  /** Id of the request; undefined in an error response to a message without a readable id. */
  readonly id: RequestId | undefined
  readonly result: unknown
  readonly error: unknown
}

export type RpcMessage = RpcRequest | RpcNotification | RpcResponse

/** One JSON-RPC message, or a batch of the protocol version 2025-03-26. */
export interface Envelope {
  readonly messages: readonly RpcMessage[]
  readonly isBatch: boolean
}

/** Text that is not a JSON-RPC message. */
export interface InvalidEnvelope {
  readonly id: RequestId | undefined
  readonly error: RpcError
}

const versionKey = 'io.modelcontextprotocol/protocolVersion'

/**
 * Parses the text of a message. Only its outer structure is checked, because the endpoint validates
 * the rest.
 */
export function parseEnvelope(text: string): Envelope | InvalidEnvelope {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.slice(0, 200) : ''
    return { id: undefined, error: rpcErrors.parseError(`Not JSON: ${reason}`) }
  }
  const isBatch = Array.isArray(value)
  const values: readonly unknown[] = Array.isArray(value) ? value : [value]
  const messages = values.map(toMessage).filter((message) => message !== undefined)
  if (messages.length === values.length && messages.length > 0) return { messages, isBatch }
  const id = isBatch ? undefined : idOf(value)
  return { id, error: rpcErrors.invalidRequest('Not a JSON-RPC 2.0 message.') }
}

/**
 * Returns the protocol version that a message states in `_meta`. Messages of protocol versions with
 * sessions state none.
 */
export function statedVersion(message: RpcMessage): string | undefined {
  if (message.type === 'response') return undefined
  const meta = message.params['_meta']
  const version = isRecord(meta) ? meta[versionKey] : undefined
  return typeof version === 'string' ? version : undefined
}

function toMessage(value: unknown): RpcMessage | undefined {
  if (!isRecord(value) || value['jsonrpc'] !== '2.0') return undefined
  const { method, params, result, error } = value
  const id = idOf(value)
  if (typeof method === 'string') {
    const record = isRecord(params) ? params : {}
    if (id !== undefined) return { type: 'request', id, method, params: record }
    return 'id' in value ? undefined : { type: 'notification', method, params: record }
  }
  if (result === undefined && error === undefined) return undefined
  return { type: 'response', id, result, error }
}

function idOf(value: unknown): RequestId | undefined {
  const id = isRecord(value) ? value['id'] : undefined
  return typeof id === 'string' || typeof id === 'number' ? id : undefined
}

/** Whether the message is the first one of a session. */
export function isInitialize({ messages: [message], isBatch }: Envelope): boolean {
  return !isBatch && message?.type === 'request' && message.method === 'initialize'
}

/** Whether the message completes the handshake of a session. */
export function isInitialized({ messages: [message] }: Envelope): boolean {
  return message?.type === 'notification' && message.method === 'notifications/initialized'
}
