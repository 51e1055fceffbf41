const sampleBytes = 65_536
// The library `chardet` takes about 3 ms per KiB.
const smallSampleBytes = 8_192

/**
 * Detects the encoding of text that is not UTF-8 and does not declare its encoding. Recognizes the encodings
 * of East Asian scripts and of other scripts that do not use Latin letters. Returns undefined for other text.
 */
export async function detectEncoding(bytes: Uint8Array): Promise<string | undefined> {
  const sample = bytes.subarray(0, sampleBytes)
  const eastAsian = detectEastAsian(sample)
  if (eastAsian !== undefined) return eastAsian
  // In other scripts than Latin, whole words consist of bytes above 0x7F.
  const latin1 = Buffer.from(sample).toString('latin1')
  if (shareOf(/[\u0080-\u00FF]{3,}/g, latin1, /[\u0080-\u00FF]/g) < 0.7) return undefined
  const { analyse } = await import('chardet')
  return analyse(sample.subarray(0, smallSampleBytes)).find(({ name }) => nonLatin.has(name))?.name
}

/** The detected encodings with one byte per character, by their names in `chardet`. */
const nonLatin = new Set(
  (
    'windows-1251 KOI8-R ISO-8859-5 windows-1253 ISO-8859-7 windows-1255 ISO-8859-8 windows-1256 ' +
    'ISO-8859-6'
  ).split(' '),
)

/** An encoding that is recognized by the share of its typical characters in the text. */
interface Candidate {
  readonly encoding: string
  readonly typical: RegExp
  /** Minimum share of the typical characters among the characters that are not ASCII or punctuation. */
  readonly minShare: number
}

const kana = /[\u3041-\u3096\u30A1-\u30FC]/g
const candidates: readonly Candidate[] = [
  // Japanese text almost always contains kana. Text in the other encodings contains almost none.
  { encoding: 'Shift_JIS', typical: kana, minShare: 0.1 },
  { encoding: 'EUC-JP', typical: kana, minShare: 0.1 },
  { encoding: 'EUC-KR', typical: /[\uAC00-\uD7A3]/g, minShare: 0.9 },
]

function detectEastAsian(bytes: Uint8Array): string | undefined {
  for (const { encoding, typical, minShare } of candidates) {
    const text = decodeRuns(bytes, encoding)
    if (text !== undefined && shareOf(typical, text, wordCharacters) >= minShare) return encoding
  }
  const simplified = commonShare(bytes, 'GB18030', isCommonSimplified)
  const traditional = commonShare(bytes, 'Big5', isCommonTraditional)
  if (Math.max(simplified, traditional) < 0.7) return undefined
  return simplified >= traditional ? 'GB18030' : 'Big5'
}

const minCutBytes = 1_024

const wordCharacters = /[^\p{ASCII}\p{P}\p{S}\s]/gu

/**
 * Decodes the text. Returns undefined if the bytes are invalid in this encoding, or if more than 30 % of the
 * characters outside ASCII stand alone between ASCII characters. In Latin text, most letters with a
 * diacritic stand alone.
 */
function decodeRuns(bytes: Uint8Array, encoding: string): string | undefined {
  try {
    // In a long text, the last character may be incomplete, because the text was cut.
    const stream = bytes.length > minCutBytes
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream })
    return shareOf(/\P{ASCII}{2,}/gu, text, /\P{ASCII}/gu) >= 0.7 ? text : undefined
  } catch {
    return undefined
  }
}

/**
 * Returns the share of common Chinese characters among all two-byte characters except punctuation. Both
 * encodings place the most common characters first: 3,755 in GB 2312, and 5,401 in Big5.
 */
function commonShare(
  bytes: Uint8Array,
  encoding: string,
  isCommon: (lead: number, trail: number) => boolean,
): number {
  if (decodeRuns(bytes, encoding) === undefined) return 0
  let common = 0
  let all = 0
  for (let at = 0; at + 1 < bytes.length; at++) {
    const [lead = 0, trail = 0] = bytes.subarray(at, at + 2)
    if (lead < 0x80) continue
    at += 1
    if (lead < 0xa4 && lead > 0xa0) continue
    all += 1
    if (isCommon(lead, trail)) common += 1
  }
  return all === 0 ? 0 : common / all
}

function isCommonSimplified(lead: number, trail: number): boolean {
  return lead >= 0xb0 && lead <= 0xd7 && trail >= 0xa1
}

function isCommonTraditional(lead: number): boolean {
  return lead >= 0xa4 && lead <= 0xc6
}

/** Returns the share of the characters of `all` that are part of a match of `some`. */
function shareOf(some: RegExp, text: string, all: RegExp): number {
  const total = text.match(all)?.length ?? 0
  const found = text.match(some)?.reduce((sum, { length }) => sum + length, 0) ?? 0
  return total === 0 ? 0 : found / total
}
