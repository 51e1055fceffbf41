import { McpError, parseJson } from '@mcp/protocol'

import type { MediaKind } from './encoding/media-type.ts'
import { invalidJson, wrongFormat } from './extraction-errors.ts'

/** Limits of the JSON that a site sends. Parsing this number of values takes about 100 ms. */
const siteJsonLimits = { maxDepth: 512, maxValues: 1_000_000 } as const

/** Throws unless the text is valid JSON. */
export function checkJson(text: string, type: string, kind: MediaKind): void {
  try {
    parseJson(text, siteJsonLimits)
  } catch (thrown) {
    if (McpError.is(thrown) && thrown.code === 'payload-too-large') throw thrown
    throw kind === 'json' ? invalidJson(type, thrown) : wrongFormat(type, 'json', 'text')
  }
}
