import { isUtf8 } from 'node:buffer'

import { parseJson } from '@mcp/protocol'

import { mediaKind, readContentType } from './encoding/media-type.ts'
import type { Extraction, ExtractRequest } from './extraction.ts'

/** So much JSON is checked in less than a millisecond, which is less than a worker takes to be told. */
const mostBytes = 65_536

/** Small texts and JSON, which need no worker; nothing for all that does. */
export function readInPlace(request: ExtractRequest): Extraction | undefined {
  const { bytes, contentType, format, extract } = request
  if (bytes.length > mostBytes || bytes.length === 0 || typeof extract === 'object')
    return undefined
  const said = readContentType(contentType)
  if (said === undefined || !isUtf8Label(said.charset) || !isUtf8(bytes)) return undefined
  const kind = mediaKind(said.type)
  const isWanted = format === 'json' ? kind === 'json' : format === 'text' || format === 'markdown'
  if (!isWanted || (kind !== 'json' && kind !== 'plain') || bytes.includes(0)) return undefined
  const content = new TextDecoder().decode(bytes)
  if (content.trim() === '' || (format === 'json' && !isJson(content))) return undefined
  return { contentType: said.type, charset: 'utf-8', content }
}

function isUtf8Label(label: string | undefined): boolean {
  return label === undefined || /^\s*utf-?8\s*$/i.test(label)
}

/** What is none is left to the worker, which says so. */
function isJson(text: string): boolean {
  try {
    parseJson(text)
    return true
  } catch {
    return false
  }
}
