import type { ErrorBody } from '@mcp/protocol/light'
import { isErrorBody, isRecord, McpError, parseJson, readResultName } from '@mcp/protocol/light'

import { hubError } from '../remote/connection.ts'
import type { Connection } from '../remote/connection.ts'
import type { Payload } from './read-arguments.ts'

export type CallResponse =
  | { readonly status: 'success'; readonly result: unknown; readonly envelope: unknown }
  | { readonly status: 'error'; readonly error: ErrorBody; readonly envelope: unknown }

/** Sends a request to a server, and reads the rest of a result that is too large for one response. */
export async function sendCall(
  connection: Connection,
  type: string,
  payload: Payload,
  signal: AbortSignal,
): Promise<CallResponse> {
  const first = await sendOnce(connection, type, payload, signal)
  if (first.status === 'error' || 'result' in first.data) {
    return first.status === 'error' ? first : { ...first, result: first.data['result'] }
  }
  const { resultRef } = first.data
  if (typeof resultRef !== 'string') throw unexpected()
  let text = ''
  let offset: unknown = 0
  while (offset !== undefined) {
    const params = { resultRef, offset, limit: partLength }
    const request = { ...payload, operation: readResultName, params }
    const part = await sendOnce(connection, type, request, signal)
    if (part.status === 'error') return part
    const { text: piece, nextOffset } = isRecord(part.data['result']) ? part.data['result'] : {}
    // An empty part would not advance the offset, and the loop would never end.
    if (typeof piece !== 'string' || piece === '') throw unexpected()
    text += piece
    offset = nextOffset
  }
  return { status: 'success', result: parseJson(text), envelope: first.envelope }
}

/** Maximum length of one part, in characters. */
const partLength = 256 * 1024

function sendOnce(connection: Connection, type: string, payload: Payload, signal: AbortSignal) {
  return post(connection, '/requests', { type, payload }, signal)
}

async function post(connection: Connection, path: string, value: Payload, signal: AbortSignal) {
  const response = await connection.send('POST', path, { value, signal })
  const envelope = parseJson(await response.text())
  const { status, data, error } = isRecord(envelope) ? envelope : {}
  if (status === 'error' && isErrorBody(error)) return { status, error, envelope } as const
  if (status === 'success' && isRecord(data)) return { status, data, envelope } as const
  throw response.status === 200
    ? unexpected()
    : hubError(response.status, envelope, new URL(connection.url))
}

function unexpected(): McpError {
  return new McpError('upstream-error', 'The hub returned an unexpected response.')
}
