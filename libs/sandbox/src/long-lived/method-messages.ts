import { isRecord } from '@mcp/protocol'

/**
 * A call of a worker's method. The input is serialized before it is posted to the channel. If the channel
 * serialized it, a value that cannot be copied would fail the channel instead of only this call.
 */
export interface MethodCall {
  readonly id: number
  readonly method: string
  readonly input: Uint8Array
}

/** The response to a {@link MethodCall}, serialized for the same reason. */
export interface MethodResponse {
  readonly id: number
  /** Content of `value`: the result, the body of an `McpError`, or the text of another error. */
  readonly type: 'result' | 'error' | 'failure'
  readonly value: Uint8Array
}

export function isMethodCall(message: unknown): message is MethodCall {
  if (!isRecord(message)) return false
  const { id, method, input } = message
  return typeof id === 'number' && typeof method === 'string' && input instanceof Uint8Array
}

export function isMethodResponse(message: unknown): message is MethodResponse {
  if (!isRecord(message)) return false
  const { id, type, value } = message
  return typeof id === 'number' && typeof type === 'string' && value instanceof Uint8Array
}
