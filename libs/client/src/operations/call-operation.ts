import type { SuccessResponse } from '@mcp/protocol'

import type { CallOptions } from './call-options.ts'
import { nonsense } from '../http/read-response.ts'
import { readLargeResult, tooLarge } from './read-large-result.ts'

type Payload = Readonly<Record<string, unknown>>

/** Sends a request and resolves with its answer. */
export type Send = (
  type: string,
  payload: Payload,
  options?: CallOptions,
) => Promise<SuccessResponse>

/** Where an operation lives on the wire. */
export interface Place {
  readonly type: string
  /** The payload's key that holds the target. */
  readonly target: string
  /** The target all operations are for, where callers do not name one. */
  readonly fixedTarget?: string | undefined
}

/** Calls one operation. Its params are flat: the target among them goes beside them on the wire. */
export function callOperation(
  send: Send,
  { type, target, fixedTarget }: Place,
  operation: string,
  flat: Payload = {},
  options?: CallOptions,
): Promise<unknown> {
  if (fixedTarget !== undefined) {
    return call(send, type, { [target]: fixedTarget, operation, params: flat }, options)
  }
  const { [target]: named, ...params } = flat
  const head = named === undefined ? {} : { [target]: named }
  return call(send, type, { ...head, operation, params }, options)
}

/** Sends a payload and resolves with the `result` of its answer, read whole where it is large. */
export async function call(
  send: Send,
  type: string,
  payload: Payload,
  options?: CallOptions,
): Promise<unknown> {
  const { data, metadata } = await send(type, payload, options)
  if ('result' in data) return data['result']
  const { resultRef } = data
  if (typeof resultRef !== 'string') {
    throw nonsense(metadata.source, `a result of ${type}`)
  }
  if (options?.readLargeResults === false) throw tooLarge(data)
  return readLargeResult(send, { type, payload, resultRef }, options)
}
