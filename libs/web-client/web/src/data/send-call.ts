import type { SuccessResponse } from '@mcp/protocol'
import { isRecord, McpError, parseJson, readResultName } from '@mcp/protocol/light'

import { newId } from './new-id.ts'
import { rest } from './rest.ts'

/** A request without its id. */
export interface CallRequest {
  readonly type: string
  readonly payload: Readonly<Record<string, unknown>>
}

/** Response of a call. */
export interface CallResponse {
  readonly result: unknown
  readonly envelope: SuccessResponse
  /** Present if the result is only the start of a very long result. */
  readonly unread?: UnreadResult
}

/** A very long result, of which only the start has been read. */
export interface UnreadResult {
  readonly request: CallRequest
  readonly resultRef: string
  /** Start of the JSON of the result. */
  readonly text: string
  /** Length of the whole JSON, in characters. */
  readonly totalLength: number
}

export interface CallProgress {
  readonly text: string
  readonly value?: number | undefined
  readonly total?: number | undefined
}

export interface SendCallOptions {
  readonly signal: AbortSignal
  readonly onProgress?: (progress: CallProgress) => void
  /** Called with the id of each request. The id is needed to cancel the request. */
  readonly onId?: (id: string) => void
}

/** Maximum length of one part of a large result, in characters. */
const partLength = 256 * 1024

/** A longer result is read completely only when the user requests it. */
const maxStartLength = 1024 * 1024

/**
 * Sends a request and returns its result. A large result is read in several parts. Of a very large result,
 * only the start is read.
 */
export async function sendCall(
  request: CallRequest,
  options: SendCallOptions,
): Promise<CallResponse> {
  const envelope = await send(request, options)
  const { data } = envelope
  const { resultRef } = data
  if ('result' in data || typeof resultRef !== 'string') return { result: data['result'], envelope }
  const start = { request, resultRef, text: '', totalLength: 0 }
  const { text, totalLength } = await readParts(start, maxStartLength, options)
  if (text.length >= totalLength) return { result: parseJson(text), envelope }
  return { result: text, envelope, unread: { request, resultRef, text, totalLength } }
}

/** Reads the rest of a very long result. Returns the whole result. */
export async function readOn(unread: UnreadResult, options: SendCallOptions): Promise<unknown> {
  return parseJson((await readParts(unread, Infinity, options)).text)
}

async function readParts(
  { request, resultRef, text: start }: UnreadResult,
  maxLength: number,
  options: SendCallOptions,
): Promise<Pick<UnreadResult, 'text' | 'totalLength'>> {
  let text = start
  for (;;) {
    const params = { resultRef, offset: text.length, limit: partLength }
    const payload = { ...request.payload, operation: readResultName, params }
    const { data } = await send({ type: request.type, payload }, options)
    const part = isRecord(data['result']) ? data['result'] : {}
    const { text: piece, nextOffset, totalLength } = part
    // An empty part would not advance the offset, and the loop would never end.
    if (typeof piece !== 'string' || piece === '' || typeof totalLength !== 'number') {
      throw new McpError('upstream-error', 'The server returned an unexpected part of the result.')
    }
    text += piece
    if (nextOffset === undefined || text.length >= maxLength) return { text, totalLength }
    options.onProgress?.({ text: 'Reading the result', value: text.length, total: totalLength })
  }
}

function send(
  { type, payload }: CallRequest,
  { signal, onProgress, onId }: SendCallOptions,
): Promise<SuccessResponse> {
  const id = `page-${newId()}`
  onId?.(id)
  const report = ({ progress, total, message = '' }: Progress) =>
    onProgress?.({ text: message, value: progress, total })
  return rest.requests.send(type, payload, {
    id,
    signal,
    ...(onProgress !== undefined && { onProgress: report }),
  })
}

interface Progress {
  readonly progress: number
  readonly total?: number | undefined
  readonly message?: string | undefined
}
