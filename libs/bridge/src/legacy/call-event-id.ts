import { createId } from '@mcp/protocol'

import { isRpcId } from '../rpc/rpc-message.ts'
import type { RpcId } from '../rpc/rpc-message.ts'

/** A parsed event id of the stream of a call. */
export interface CallEventId {
  readonly callId: string
  readonly position: number
  /** Id of the request. `undefined` for a batch of several requests, and for a request id that is too long. */
  readonly requestId: RpcId | undefined
}

const maxIdLength = 200

/**
 * Returns an id for the stream of a call. It contains the id of a single request, unless that id is too long,
 * so that a process that has restarted can respond to a client that resumes the stream.
 */
export function createCallId(requestIds: readonly RpcId[]): string {
  const [first] = requestIds
  const prefix = createId('call')
  if (first === undefined || requestIds.length > 1) return prefix
  const id = typeof first === 'string' ? first.toWellFormed() : first
  const encoded = encodeURIComponent(JSON.stringify(id))
  return encoded.length > maxIdLength ? prefix : `${prefix}.${encoded}`
}

export function encodeEventId(callId: string, position: number): string {
  return `${callId}_${position}`
}

/** Parses an event id. Returns `undefined` for an id that does not belong to the stream of a call. */
export function parseEventId(text: string): CallEventId | undefined {
  const [, callId, encoded, position] =
    /^(call-[^._]+(?:\.([^_]\S*))?)_(\d{1,15})$/.exec(text) ?? []
  if (callId === undefined) return undefined
  return { callId, position: Number(position), requestId: decodeRequestId(encoded) }
}

function decodeRequestId(encoded: string | undefined): RpcId | undefined {
  if (encoded === undefined) return undefined
  try {
    const id: unknown = JSON.parse(decodeURIComponent(encoded))
    return isRpcId(id) ? id : undefined
  } catch {
    return undefined
  }
}
