import { McpError } from '@mcp/protocol'

import { isSurelyWithinBytes, isWithinBytes } from './json-size.ts'
import type { LargeResults } from './large-results.ts'

/** The most characters of a large result that are answered at once. */
const previewLength = 2000

export interface LargeResultContext {
  /** For messages, such as `database.query`. */
  readonly label: string
  readonly sessionId: string | undefined
  readonly isUntrusted: boolean
}

/** The `data` of a response: the result, or a preview of it and where to read the whole. */
export type ResultData =
  | { readonly result: unknown }
  | {
      /** The first characters of the result's JSON. */
      readonly preview: string
      /** The parameter that `readResult` takes, until the session ends. */
      readonly resultRef: string
    }

/**
 * The `data` of a response: a result over the limit is kept, and answered by its beginning.
 *
 * @throws McpError `payload-too-large` where there is no session to keep it for, or no room.
 */
export function limitResult(
  result: unknown,
  maxBytes: number,
  kept: LargeResults,
  { label, sessionId, isUntrusted }: LargeResultContext,
): ResultData {
  if (isSurelyWithinBytes(result, maxBytes)) return { result }
  const text = JSON.stringify(result)
  if (text === undefined || isWithinBytes(text, maxBytes)) return { result }
  if (sessionId === undefined) {
    throw tooLarge(
      label,
      maxBytes,
      'ask for less, or within a session, where it can be read piece by piece',
    )
  }
  const resultRef = kept.add({ sessionId, text, isUntrusted })
  if (resultRef === undefined) throw tooLarge(label, maxBytes, 'and than can be kept; ask for less')
  return { preview: beginning(text, Math.min(previewLength, maxBytes)), resultRef }
}

function tooLarge(label: string, maxBytes: number, advice: string): McpError {
  return new McpError(
    'payload-too-large',
    `${label}: the result is larger than ${maxBytes} bytes; ${advice}.`,
    { details: { limit: 'result', max: maxBytes } },
  )
}

function beginning(text: string, length: number): string {
  // Half of a surrogate pair is no text.
  return text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '')
}
