import { isUtf8 } from 'node:buffer'

import sniffEncoding from 'html-encoding-sniffer'

export interface DecodedText {
  readonly text: string
  /** The name the WHATWG Encoding Standard gives it, in lower case. */
  readonly charset: string
}

export interface DecodeOptions {
  /** Where a declaration inside of the text would be looked for. */
  readonly kind: 'html' | 'xml' | 'json' | 'plain'
  /** The `charset` parameter of the content type. */
  readonly label: string | undefined
}

// Browsers look no further than 1 KiB; pages that put scripts ahead of their declaration exist.
const maxPrescanBytes = 8_192

/** Decodes text as a browser would: byte order mark, header, declaration, then what the bytes look like. */
export async function decodeText(
  bytes: Uint8Array,
  { kind, label }: DecodeOptions,
): Promise<DecodedText> {
  const options = {
    transportLayerEncodingLabel: label,
    // Undeclared UTF-8 is the rule today, and bytes that happen to be valid UTF-8 hardly are anything else.
    defaultEncoding: isUtf8(bytes) || isUtf8(withoutLast(bytes)) ? 'UTF-8' : 'windows-1252',
  }
  const encoding =
    kind === 'html'
      ? sniffEncoding(bytes, { ...options, maxPrescanBytes })
      : // In plain text nothing but a byte order mark may declare the encoding.
        sniffEncoding(kind === 'xml' ? bytes : bytes.subarray(0, 4), { ...options, xml: true })
  return { text: await decode(bytes, encoding), charset: encoding.toLowerCase() }
}

async function decode(bytes: Uint8Array, encoding: string): Promise<string> {
  // The one encoding by this name, a single replacement character, guards browsers against attacks.
  if (encoding === 'replacement') return '\uFFFD'
  if (encoding === 'UTF-8') return new TextDecoder().decode(bytes)
  const { default: iconv } = await import('iconv-lite')
  if (iconv.encodingExists(encoding))
    return iconv.decode(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), encoding)
  return new TextDecoder(encoding).decode(bytes)
}

/** Without the last character: a text that was cut may end within it. */
function withoutLast(bytes: Uint8Array): Uint8Array {
  let end = bytes.length - 1
  // Up to three bytes follow the first one of a character.
  while (end > bytes.length - 4 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1
  return bytes.subarray(0, Math.max(0, end))
}
