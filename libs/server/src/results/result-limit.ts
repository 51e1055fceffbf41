import { contentResult, McpError } from '@mcp/protocol'

import { isSurelyWithinBytes, isWithinBytes } from './json-size.ts'
import type { LargeResults } from './large-results.ts'
import type { OperationRow } from '../operations/operation-table.ts'

/** Maximum number of characters in the preview of a large result. */
const maxPreviewLength = 2000

export interface LargeResultContext {
  /** The operation. Error messages contain its label. */
  readonly row: Pick<OperationRow, 'label' | 'operation'>
  readonly sessionId: string | undefined
  readonly callerKey: string
  readonly isUntrusted: boolean
}

/** The `data` of a response: the result, or a preview with a reference for `readResult`. */
export type ResultData =
  | { readonly result: unknown }
  | {
      /** The first characters of the result's JSON. */
      readonly preview: string
      /** Reference for `readResult`. It is valid until the session ends or the result is evicted. */
      readonly resultRef: string
    }

/**
 * Returns the `data` of a response. A result over the limit is stored, and `data` contains a preview.
 * A result made of content blocks is never stored, because a preview of it would not consist of content blocks.
 *
 * @throws McpError `payload-too-large` if a result over the limit cannot be stored, because the request
 * has no session or the result exceeds the limits of the store.
 */
export function limitResult(
  result: unknown,
  maxBytes: number,
  largeResults: LargeResults,
  { row, sessionId, callerKey, isUntrusted }: LargeResultContext,
): ResultData {
  if (isSurelyWithinBytes(result, maxBytes)) return { result }
  // The schema is built on first use. It is not needed for small results.
  if (row.operation.result === contentResult()) return { result }
  const { label } = row
  const text = JSON.stringify(result)
  if (text === undefined || isWithinBytes(text, maxBytes)) return { result }
  if (sessionId === undefined) {
    throw tooLarge(
      label,
      maxBytes,
      'request less, or send the request within a session to read the result in pieces',
    )
  }
  const resultRef = largeResults.add({ sessionId, callerKey, text, isUntrusted })
  if (resultRef === undefined) {
    throw tooLarge(
      label,
      maxBytes,
      'it also exceeds the limits of stored results; request less, or close sessions',
    )
  }
  return { preview: truncate(text, Math.min(maxPreviewLength, maxBytes)), resultRef }
}

function tooLarge(label: string, maxBytes: number, advice: string): McpError {
  return new McpError(
    'payload-too-large',
    `${label}: the result is larger than ${maxBytes} bytes; ${advice}.`,
    { details: { limit: 'result', max: maxBytes } },
  )
}

function truncate(text: string, length: number): string {
  // If the cut splits a surrogate pair, its first half is removed.
  return text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '')
}
