import { invalidResponse, tooLarge } from '../http/failures.ts'
import type { Send, SendOptions } from './send.ts'
import { readLargeResult } from './read-large-result.ts'

type Payload = Readonly<Record<string, unknown>>

/** The request type and the target of the operations of one contract. */
export interface OperationAddress {
  readonly type: string
  /** Key of the target in the payload, such as `tool`. */
  readonly target: string
  /** Target of all operations. Undefined if callers choose the target of each call. */
  readonly fixedTarget?: string | undefined
}

/**
 * Calls an operation. `flat` contains the params and, unless the target is fixed, the target. In the
 * payload of the request, the target is a key next to `params`.
 */
export function callOperation(
  send: Send,
  { type, target, fixedTarget }: OperationAddress,
  operation: string,
  flat: Payload = {},
  options: SendOptions,
): Promise<unknown> {
  const { [target]: named, ...others } = flat
  const params = fixedTarget === undefined ? others : flat
  // JSON omits a target that is undefined.
  return call(send, type, { [target]: fixedTarget ?? named, operation, params }, options)
}

/** Sends a payload and resolves with the `result` of the response. Fetches a large result in parts. */
export async function call(
  send: Send,
  type: string,
  payload: Payload,
  options: SendOptions,
): Promise<unknown> {
  const { data, metadata } = await send(type, payload, options)
  if ('result' in data) return data['result']
  const { preview, resultRef } = data
  if (typeof resultRef !== 'string') throw invalidResponse(metadata.source, `a result of ${type}`)
  if (options.readLargeResults === false) throw tooLarge({ preview, resultRef })
  return readLargeResult(send, type, payload, resultRef, options)
}
