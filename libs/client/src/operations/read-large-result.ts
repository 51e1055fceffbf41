import { isRecord, McpError, readResultName } from '@mcp/protocol/light'

import type { CallOptions } from './call-options.ts'
import type { Send } from './send.ts'
import { invalidResponse, readJson } from '../http/failures.ts'

interface LargeResult {
  readonly type: string
  /** The payload of the original request. */
  readonly payload: Readonly<Record<string, unknown>>
  readonly resultRef: string
}

/** Maximum length of one part, in characters. */
const partLength = 256 * 1024

/** Fetches a result that is too large for one response, part by part. */
export async function readLargeResult(
  send: Send,
  { type, payload, resultRef }: LargeResult,
  { signal, timeoutMs, retries }: CallOptions = {},
): Promise<unknown> {
  let text = ''
  let offset: unknown = 0
  for (;;) {
    const params = { resultRef, offset, limit: partLength }
    const request = { ...payload, operation: readResultName, params }
    const { data, metadata } = await send(type, request, { signal, timeoutMs, retries })
    const part = isRecord(data['result']) ? data['result'] : {}
    // An empty part would not advance the offset, and the loop would never end.
    if (typeof part['text'] !== 'string' || part['text'] === '') {
      throw invalidResponse(metadata.source, 'a part of the result')
    }
    text += part['text']
    offset = part['nextOffset']
    if (offset === undefined) return readJson(text, metadata.source)
  }
}

/** Creates the error for a large result if `readLargeResults` is false. */
export function tooLarge(data: Readonly<Record<string, unknown>>): McpError {
  const { preview, resultRef } = data
  return new McpError('payload-too-large', 'The result is too large for one response.', {
    details: { preview, resultRef },
  })
}
