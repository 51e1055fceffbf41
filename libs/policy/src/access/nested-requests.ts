import type { RequestEnvelope } from '@mcp/protocol'
import { isRecord } from '@mcp/protocol'

/** A call within a request, as the payload of a request of its own. */
export type NestedPayload = Readonly<Record<string, unknown>>

const type = 'tool-execution'
const target = 'tools'

/**
 * Returns the calls that a request contains: those of a batch, and the call that `validate` checks. A
 * policy decides about each of them as if it were a request.
 */
export function nestedPayloads({ type: requestType, payload }: RequestEnvelope): NestedPayload[] {
  const { tool, operation, params } = payload
  if (requestType !== type || tool !== target || !isRecord(params)) return []
  if (operation === 'validate') return [params]
  const { calls } = params
  return operation === 'batch' && Array.isArray(calls) ? calls.filter(isRecord) : []
}

/** Whether the result of a request lists operations. */
export function listsOperations({ type: requestType, payload }: RequestEnvelope): boolean {
  const { tool, operation } = payload
  if (requestType !== type || tool !== target) return false
  return operation === 'list' || operation === 'describe'
}
