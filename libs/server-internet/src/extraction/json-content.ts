import { McpError, parseJson } from '@mcp/protocol'

import type { MediaKind } from './encoding/media-type.ts'
import { invalidJson, wrongFormat } from './extraction-errors.ts'

const maxDepth = 512

/** Throws unless the text is valid JSON. */
export function checkJson(text: string, type: string, kind: MediaKind): void {
  try {
    parseJson(text, { maxDepth })
  } catch (thrown) {
    if (McpError.is(thrown) && thrown.code === 'payload-too-large') throw thrown
    throw kind === 'json' ? invalidJson(type, thrown) : wrongFormat(type, 'json', 'text')
  }
}
