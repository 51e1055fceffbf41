import { isRecord } from '@mcp/protocol'

/**
 * A call of a worker's method. The input is serialized before the call is registered, so that a value that
 * cannot be copied fails only this call and leaves nothing behind.
 */
export interface MethodCall {
  readonly id: number
  readonly method: string
  readonly input: Uint8Array
}

/** The response to a {@link MethodCall}. If the result of the call cannot be copied, the response contains an error. */
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
