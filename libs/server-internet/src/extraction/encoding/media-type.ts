import { parse } from 'content-type'

export interface MediaType {
  /** Type and subtype in lower case, without parameters, such as `text/html`. */
  readonly type: string
  readonly charset: string | undefined
}

/** Kind of content. It determines the parser. */
export type MediaKind = 'html' | 'json' | 'xml' | 'plain' | 'pdf' | 'binary'

const unspecific = new Set([
  'application/octet-stream',
  'binary/octet-stream',
  'application/unknown',
  'unknown/unknown',
  '*/*',
])

/** Parses a `Content-Type` header. Returns undefined if the header is absent, invalid or unspecific. */
export function readContentType(header: string | undefined): MediaType | undefined {
  if (header === undefined) return undefined
  const { type, parameters } = parse(header)
  const name = type.trim().toLowerCase()
  if (!/^[^\s/;,]+\/[^\s/;,]+$/.test(name) || unspecific.has(name)) return undefined
  return { type: name, charset: parameters['charset'] }
}

/** Returns the media type from the header, or detects it from the bytes. */
export async function detectMediaType(
  header: string | undefined,
  bytes: Uint8Array,
): Promise<MediaType> {
  // A PDF is detected in spite of its header, because servers often label it as text/html. Its bytes
  // are useless as text.
  if (startsWith(bytes, '%PDF-')) return { type: 'application/pdf', charset: undefined }
  const declared = readContentType(header)
  const isWrong = declared?.type === 'text/plain' && looksBinary(bytes)
  if (declared !== undefined && !isWrong) return declared
  return { type: await sniffType(bytes), charset: declared?.charset }
}

/** Returns the kind of content of a media type. */
export function mediaKind(type: string): MediaKind {
  if (type === 'text/html' || type === 'application/xhtml+xml') return 'html'
  if (type === 'application/json' || type === 'text/json' || type.endsWith('+json')) return 'json'
  if (type === 'application/pdf') return 'pdf'
  if (type === 'application/xml' || type === 'text/xml' || type.endsWith('+xml')) return 'xml'
  if (type.startsWith('text/') || textTypes.has(type)) return 'plain'
  return 'binary'
}

const textTypes = new Set([
  'application/javascript',
  'application/ecmascript',
  'application/x-ndjson',
  'application/jsonl',
  'application/yaml',
  'application/x-yaml',
  'application/toml',
  'application/sql',
  'application/x-sh',
  'application/x-www-form-urlencoded',
])

const sniffedBytes = 65_536

async function sniffType(bytes: Uint8Array): Promise<string> {
  const head = bytes.subarray(0, sniffedBytes)
  const start = Buffer.from(head.subarray(0, 1_024)).toString('latin1')
  if (/^(?:\u00EF\u00BB\u00BF)?\s*<(?:!doctype html|html|head|body|!--)/i.test(start))
    return 'text/html'
  const { fileTypeFromBuffer } = await import('file-type')
  const found = await fileTypeFromBuffer(head)
  if (found !== undefined) return found.mime
  if (looksBinary(head)) return 'application/octet-stream'
  return /^(?:\u00EF\u00BB\u00BF)?\s*[[{]/.test(start) ? 'application/json' : 'text/plain'
}

/**
 * Whether the first KiB of the content contains control characters that text does not contain. In UTF-16,
 * text also contains such bytes, so content with a byte order mark of UTF-16 is text.
 */
function looksBinary(bytes: Uint8Array): boolean {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return false
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return false
  return bytes.subarray(0, 1_024).some((byte) => byte < 0x09 || (byte > 0x0d && byte < 0x1b))
}

function startsWith(bytes: Uint8Array, text: string): boolean {
  return Buffer.from(bytes.subarray(0, text.length)).toString('latin1') === text
}
