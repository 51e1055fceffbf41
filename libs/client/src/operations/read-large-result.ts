import { isRecord, McpError, readResultName } from '@mcp/protocol'

import type { CallOptions } from './call-options.ts'
import type { Send } from './call-operation.ts'
import { nonsense, readJson } from '../http/read-response.ts'

interface LargeResult {
  readonly type: string
  /** The payload whose result it is. */
  readonly payload: Readonly<Record<string, unknown>>
  readonly resultRef: string
}

const pieceLength = 256 * 1024

/** Fetches piece by piece a result that was too large for its answer. */
export async function readLargeResult(
  send: Send,
  { type, payload, resultRef }: LargeResult,
  { signal, timeoutMs, retries }: CallOptions = {},
): Promise<unknown> {
  let text = ''
  let offset: unknown = 0
  for (;;) {
    const params = { resultRef, offset, limit: pieceLength }
    const request = { ...payload, operation: readResultName, params }
    const { data, metadata } = await send(type, request, { signal, timeoutMs, retries })
    const piece = isRecord(data['result']) ? data['result'] : {}
    // A piece of nothing would be followed by the same one for ever.
    if (typeof piece['text'] !== 'string' || piece['text'] === '') {
      throw nonsense(metadata.source, 'a piece of the result')
    }
    text += piece['text']
    offset = piece['nextOffset']
    if (offset === undefined) return readJson(text, metadata.source)
  }
}

/** The error for a large result that the caller did not want read. */
export function tooLarge(data: Readonly<Record<string, unknown>>): McpError {
  const { preview, resultRef } = data
  return new McpError('payload-too-large', 'The result is too large for one answer.', {
    details: { preview, resultRef },
  })
}
