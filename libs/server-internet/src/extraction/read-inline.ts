import { isUtf8 } from 'node:buffer'

import { parseJson } from '@mcp/protocol'

import { mediaKind, readContentType } from './encoding/media-type.ts'
import type { Extraction, ExtractRequest } from './extraction.ts'

/**
 * Maximum size of content that is extracted in this process. Parsing JSON of this size takes less than a
 * millisecond. Passing it to a worker would take longer.
 */
const maxBytes = 65_536

/**
 * Extracts small texts and JSON in this process. Returns undefined for content that requires the
 * sandbox.
 */
export function readInline(request: ExtractRequest): Extraction | undefined {
  const { bytes, contentType, format, extract } = request
  if (bytes.length > maxBytes || bytes.length === 0 || typeof extract === 'object') return undefined
  const declared = readContentType(contentType)
  if (declared === undefined || !isUtf8Label(declared.charset) || !isUtf8(bytes)) return undefined
  const kind = mediaKind(declared.type)
  const isSupported =
    format === 'json' ? kind === 'json' : format === 'text' || format === 'markdown'
  if (!isSupported || (kind !== 'json' && kind !== 'plain') || bytes.includes(0)) return undefined
  // ISO-2022-JP consists of ASCII bytes. The sandbox detects it.
  if (declared.charset === undefined && bytes.includes(0x1b)) return undefined
  const content = new TextDecoder().decode(bytes)
  if (content.trim() === '' || (format === 'json' && !isJson(content))) return undefined
  return { contentType: declared.type, charset: 'utf-8', content }
}

function isUtf8Label(label: string | undefined): boolean {
  return label === undefined || /^\s*utf-?8\s*$/i.test(label)
}

/** Whether the text is valid JSON. For invalid JSON, the sandbox reports the error. */
function isJson(text: string): boolean {
  try {
    parseJson(text)
    return true
  } catch {
    return false
  }
}
