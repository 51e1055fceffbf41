import { isUtf8 } from 'node:buffer'

import sniffEncoding from 'html-encoding-sniffer'

export interface DecodedText {
  readonly text: string
  /** Name of the encoding in the WHATWG Encoding Standard, in lower case. */
  readonly charset: string
}

export interface DecodeOptions {
  /** Kind of text, which determines how the text can declare its encoding. */
  readonly kind: 'html' | 'xml' | 'json' | 'plain'
  /** The `charset` parameter of the content type. */
  readonly label: string | undefined
}

// Browsers search only the first 1 KiB for the declaration of the encoding. Some pages have scripts
// before this declaration, so 8 KiB are searched here.
const maxPrescanBytes = 8_192

/**
 * Decodes text like a browser. The encoding is taken from the first of these sources that names one: the byte
 * order mark, the header, the declaration in the text. If no source names one, the encoding is detected from
 * the bytes: UTF-8 if the bytes are valid UTF-8; windows-1252 if no other encoding is detected.
 */
export async function decodeText(
  bytes: Uint8Array,
  { kind, label }: DecodeOptions,
): Promise<DecodedText> {
  const declared = declaredEncoding(bytes, kind, label)
  const encoding = declared ?? (await undeclaredEncoding(bytes))
  return { text: await decode(bytes, encoding), charset: encoding.toLowerCase() }
}

function declaredEncoding(
  bytes: Uint8Array,
  kind: DecodeOptions['kind'],
  label: string | undefined,
): string | undefined {
  const options = { transportLayerEncodingLabel: label, defaultEncoding: '' }
  const encoding =
    kind === 'html'
      ? sniffEncoding(bytes, { ...options, maxPrescanBytes })
      : // In plain text, only a byte order mark declares the encoding.
        sniffEncoding(kind === 'xml' ? bytes : bytes.subarray(0, 4), { ...options, xml: true })
  return encoding === '' ? undefined : encoding
}

async function undeclaredEncoding(bytes: Uint8Array): Promise<string> {
  // Text in ISO-2022-JP consists of ASCII bytes, so it would pass as UTF-8. The sequence ESC $ B switches
  // to Japanese characters.
  if (Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes('\u001B$B'))
    return 'ISO-2022-JP'
  // UTF-8 without a declaration is common. Text in another encoding is rarely valid UTF-8.
  if (isUtf8(bytes) || isUtf8(withoutLast(bytes))) return 'UTF-8'
  const { detectEncoding } = await import('./detect-encoding.ts')
  return (await detectEncoding(bytes)) ?? 'windows-1252'
}

async function decode(bytes: Uint8Array, encoding: string): Promise<string> {
  // The Encoding Standard maps encodings that attackers use for script injection, such as
  // ISO-2022-KR, to "replacement". It decodes any such text to a single replacement character.
  if (encoding === 'replacement') return '\uFFFD'
  if (encoding === 'UTF-8') return new TextDecoder().decode(bytes)
  const { default: iconv } = await import('iconv-lite')
  if (iconv.encodingExists(encoding))
    return iconv.decode(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), encoding)
  return new TextDecoder(encoding).decode(bytes)
}

/** Removes the last character, because truncation may have cut it. */
function withoutLast(bytes: Uint8Array): Uint8Array {
  let end = bytes.length - 1
  // A UTF-8 character has up to three continuation bytes.
  while (end > bytes.length - 4 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1
  return bytes.subarray(0, Math.max(0, end))
}
