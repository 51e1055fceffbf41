import { emptyNotes } from './empty-reason.ts'
import { decodeText } from './encoding/decode-text.ts'
import type { MediaKind } from './encoding/media-type.ts'
import { detectMediaType, mediaKind } from './encoding/media-type.ts'
import { contentTooLong, tooComplex, wrongFormat } from './extraction-errors.ts'
import type { Extraction, ExtractRequest } from './extraction.ts'
import { withNote } from './extraction.ts'
import { readPage } from './html/page-content.ts'
import { maxContentCharacters } from './html/page-limits.ts'
import { checkJson } from './json-content.ts'
import { readPdf } from './pdf-text.ts'

/**
 * Extracts the requested content from the bytes of a response. Call it only in the sandbox, because
 * untrusted bytes may exhaust time or memory.
 */
export async function readContent(request: ExtractRequest): Promise<Extraction> {
  try {
    const extraction = await read(request)
    return request.format === 'bytes' ? extraction : bounded(extraction, request)
  } catch (thrown) {
    throw thrown instanceof RangeError ? tooComplex(thrown) : thrown
  }
}

async function read(request: ExtractRequest): Promise<Extraction> {
  const { bytes, contentType, format } = request
  const { type, charset: label } = await detectMediaType(contentType, bytes)
  const kind = mediaKind(type)
  if (format === 'bytes') return { contentType: type, ...encodeBytes(bytes) }
  if (kind === 'binary') throw wrongFormat(type, format, 'bytes')
  if (kind === 'pdf') {
    if (format !== 'text' && format !== 'markdown') throw wrongFormat(type, format, 'text or bytes')
    return { contentType: type, ...(await readPdf(bytes)) }
  }
  const { text, charset } = await decodeText(bytes, { kind, label })
  const content =
    kind === 'html' && format !== 'json'
      ? readPage(text, request)
      : readText(text, type, kind, request)
  return { contentType: type, charset, ...content }
}

function encodeBytes(bytes: Uint8Array): Omit<Extraction, 'contentType'> {
  if (bytes.length === 0) return empty
  const { buffer, byteOffset, byteLength } = bytes
  return { content: Buffer.from(buffer, byteOffset, byteLength).toString('base64') }
}

function readText(
  text: string,
  type: string,
  kind: MediaKind,
  { format, extract }: ExtractRequest,
): Omit<Extraction, 'contentType'> {
  if (format === 'html' || format === 'links') throw wrongFormat(type, format, 'text')
  if (text.trim() === '') return empty
  if (format === 'json') checkJson(text, type, kind)
  if (typeof extract !== 'object') return { content: text }
  return { content: text, note: `The selector was ignored: the content is ${type}.` }
}

const empty = {
  content: '',
  emptyReason: 'empty-answer',
  note: emptyNotes['empty-answer'],
} as const

function bounded(extraction: Extraction, { format }: ExtractRequest): Extraction {
  const { content } = extraction
  if (content.length <= maxContentCharacters) return extraction
  if (format === 'json') throw contentTooLong(content.length, maxContentCharacters)
  const cut = `Only the first ${maxContentCharacters} of ${content.length} characters are included.`
  // The cut may split a surrogate pair. `toWellFormed` replaces the remaining half.
  const beginning = content.slice(0, maxContentCharacters).toWellFormed()
  return withNote({ ...extraction, content: beginning }, cut)
}
