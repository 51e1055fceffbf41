import { isRecord, readResultName } from '@mcp/protocol/light'

import type { Send, SendOptions } from './send.ts'
import { invalidResponse, readJson } from '../http/failures.ts'

/** Maximum length of one part, in characters. */
const partLength = 256 * 1024

/**
 * Fetches a result that is too large for one response, part by part. `type` and `payload` are those of the
 * original request.
 */
export async function readLargeResult(
  send: Send,
  type: string,
  payload: Readonly<Record<string, unknown>>,
  resultRef: string,
  { signal, timeoutMs, startedAt, retries }: SendOptions,
): Promise<unknown> {
  let text = ''
  let offset: unknown = 0
  for (;;) {
    const params = { resultRef, offset, limit: partLength }
    const request = { ...payload, operation: readResultName, params }
    const { data, metadata } = await send(type, request, { signal, timeoutMs, startedAt, retries })
    const { text: part, nextOffset } = isRecord(data['result']) ? data['result'] : {}
    // An empty part would not advance the offset, and the loop would never end.
    if (typeof part !== 'string' || !part) {
      throw invalidResponse(metadata.source, 'a part of the result')
    }
    text += part
    offset = nextOffset
    if (offset === undefined) return readJson(text, metadata.source)
  }
}
