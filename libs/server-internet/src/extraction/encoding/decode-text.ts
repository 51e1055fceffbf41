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

// Browsers search only 1 KiB, but some pages have scripts before their declaration.
const maxPrescanBytes = 8_192

/**
 * Decodes text like a browser. The first of these determines the encoding: byte order mark, header,
 * declaration in the text, the bytes.
 */
export async function decodeText(
  bytes: Uint8Array,
  { kind, label }: DecodeOptions,
): Promise<DecodedText> {
  const options = {
    transportLayerEncodingLabel: label,
    // Undeclared UTF-8 is common, and other encodings are rarely valid UTF-8 by accident.
    defaultEncoding: isUtf8(bytes) || isUtf8(withoutLast(bytes)) ? 'UTF-8' : 'windows-1252',
  }
  const encoding =
    kind === 'html'
      ? sniffEncoding(bytes, { ...options, maxPrescanBytes })
      : // In plain text, only a byte order mark declares the encoding.
        sniffEncoding(kind === 'xml' ? bytes : bytes.subarray(0, 4), { ...options, xml: true })
  return { text: await decode(bytes, encoding), charset: encoding.toLowerCase() }
}

async function decode(bytes: Uint8Array, encoding: string): Promise<string> {
  // The standard decodes any text in an encoding that is used in attacks to a single replacement
  // character.
  if (encoding === 'replacement') return '\uFFFD'
  if (encoding === 'UTF-8') return new TextDecoder().decode(bytes)
  const { default: iconv } = await import('iconv-lite')
  if (iconv.encodingExists(encoding))
    return iconv.decode(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), encoding)
  return new TextDecoder(encoding).decode(bytes)
}

/** Removes the last character, which may be incomplete in a truncated text. */
function withoutLast(bytes: Uint8Array): Uint8Array {
  let end = bytes.length - 1
  // A UTF-8 character has up to three continuation bytes.
  while (end > bytes.length - 4 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1
  return bytes.subarray(0, Math.max(0, end))
}
