import { createHash } from 'node:crypto'

const runIdPattern = /^(c-[0-9a-f-]{36})\.([1-9]\d{0,8})$/

/** Returns the parts of the id of a run, or undefined if it is malformed. */
export function parseRunId(
  runId: string,
): { readonly conversationId: string; readonly number: number } | undefined {
  const [, conversationId, number] = runIdPattern.exec(runId) ?? []
  return conversationId === undefined ? undefined : { conversationId, number: Number(number) }
}

/**
 * Returns the id of the request of a call. Providers choose the ids of calls, so an id of more than 64
 * characters or with special characters is hashed.
 */
export function requestIdOf(runId: string, callId: string): string {
  const isShort = /^[\w-]{1,64}$/.test(callId)
  const part = isShort ? callId : createHash('sha256').update(callId).digest('base64url')
  return `${runId}.${part}`
}
