import type { SuccessResponse } from '@mcp/protocol'
import { isRecord, McpError, parseJson, readResultName } from '@mcp/protocol/light'

import { rest } from '../data/rest.ts'
import type { CallRequest } from './operation-call.ts'

/** Response of a call. */
export interface CallResponse {
  readonly result: unknown
  readonly envelope: SuccessResponse
}

/** Maximum length of one part of a large result, in characters. */
const partLength = 256 * 1024

/**
 * Sends a request and returns its result. A result that is too large for one response is read in parts, and
 * `onProgress` receives the number of characters read so far. If the signal is aborted, the operation is
 * cancelled at its server.
 */
export async function sendCall(
  request: CallRequest,
  {
    signal,
    onProgress,
  }: { readonly signal: AbortSignal; readonly onProgress: (text: string) => void },
): Promise<CallResponse> {
  const envelope = await send(request, signal)
  const { data } = envelope
  const { resultRef } = data
  if ('result' in data || typeof resultRef !== 'string') return { result: data['result'], envelope }
  let text = ''
  let offset: unknown = 0
  while (offset !== undefined) {
    const params = { resultRef, offset, limit: partLength }
    const payload = { ...request.payload, operation: readResultName, params }
    const response = await send({ type: request.type, payload }, signal)
    const part = response.data['result']
    const { text: piece, nextOffset } = isRecord(part) ? part : {}
    // An empty part would not advance the offset, and the loop would never end.
    if (typeof piece !== 'string' || piece === '') {
      throw new McpError('upstream-error', 'The server returned an unexpected part of the result.')
    }
    text += piece
    offset = nextOffset
    onProgress(`${text.length} characters read`)
  }
  return { result: parseJson(text), envelope }
}

function send({ type, payload }: CallRequest, signal: AbortSignal): Promise<SuccessResponse> {
  return rest.requests.send(type, payload, { signal })
}
