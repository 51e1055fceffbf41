import iconv from 'iconv-lite'
import { describe, expect, it } from 'vitest'

import { decodeText } from './decode-text.ts'

const samples = {
  Shift_JIS: ['日本語のテキスト。', 'こんにちは世界', '東京都の天気予報'],
  'EUC-JP': ['日本語のテキスト。', 'こんにちは世界', '東京都の天気予報'],
  'EUC-KR': ['한국어 텍스트', '안녕하세요 세계', '오늘 날씨가 좋습니다.'],
  GB18030: ['简体中文网页', '今天天气很好，我们去公园吧。', '北京市朝阳区'],
  Big5: ['繁體中文網頁', '今天天氣很好，我們去公園吧。', '臺北市信義區'],
  'windows-1251': ['Привет, мир', 'Сегодня хорошая погода, мы идём в парк.'],
  'KOI8-R': ['Привет, мир', 'Сегодня хорошая погода, мы идём в парк.'],
  'ISO-8859-7': ['Καλημέρα κόσμε, σήμερα είναι ωραία μέρα'],
  'ISO-8859-8': ['שלום עולם, היום יום יפה'],
  'windows-1256': ['مرحبا بالعالم اليوم يوم جميل'],
  'ISO-2022-JP': ['日本語のテキスト。'],
}

const kinds = [
  ['plain', (text: string) => text],
  ['html', (text: string) => `<!doctype html><title>Page</title><p class="text">${text}</p>`],
  ['json', (text: string) => JSON.stringify({ text })],
] as const

describe('text without a label', () => {
  it.each(Object.entries(samples))('is decoded from %s', async (encoding, texts) => {
    for (const sample of texts) {
      for (const [kind, wrapped] of kinds) {
        for (const times of [1, 20]) {
          const text = wrapped(sample.repeat(times))
          const bytes = encoding === 'ISO-2022-JP' ? iso2022(text) : iconv.encode(text, encoding)
          const decoded = await decodeText(bytes, { kind, label: undefined })
          expect(decoded, `${kind}: ${sample}`).toEqual({ text, charset: encoding.toLowerCase() })
        }
      }
    }
  })

  it.each([
    'café naïve',
    'name,city\nJosé,Málaga\n',
    'Der Müller geht über die Straße und kauft Äpfel für die Küche.',
    'Öl kostet 5 € – „heute“',
    '¿Qué pasa, señor? El niño comió.',
    '£5 ½ cup 20°C',
    'L’été à la plage, garçon',
    'it’s Bob’s dog, don’t',
    'SÃO PAULO, NÃO',
    'FÊTE À NOËL',
    'Ærø, Ålborg, Göteborg',
    '±5 ×10 ÷2',
    'naïve — “quoted” … ™ ©',
  ])('is decoded from windows-1252 otherwise: %s', async (text) => {
    for (const [kind, wrapped] of kinds) {
      const bytes = iconv.encode(wrapped(text), 'windows-1252')
      expect(await decodeText(bytes, { kind, label: undefined })).toEqual({
        text: wrapped(text),
        charset: 'windows-1252',
      })
    }
  })

  it('is decoded from UTF-8 if it is valid', async () => {
    expect(await decodeText(Buffer.from('日本'), { kind: 'plain', label: undefined })).toEqual({
      text: '日本',
      charset: 'utf-8',
    })
  })

  it('may end within a character', async () => {
    const bytes = iconv.encode('日本語のテキスト'.repeat(100), 'Shift_JIS')
    const decoded = await decodeText(bytes.subarray(0, -1), { kind: 'plain', label: undefined })
    expect(decoded.text).toMatch(/^日本語のテキス/)
  })
})

/** Encodes Japanese text of the first plane of JIS X 0208, whose EUC-JP bytes have the high bit set. */
function iso2022(text: string): Uint8Array {
  const parts = text.split(/(\P{ASCII}+)/u).map((part, at) => {
    if (at % 2 === 0) return Buffer.from(part)
    const bytes = iconv.encode(part, 'EUC-JP').map((byte) => byte & 0x7f)
    return Buffer.concat([Buffer.from('\u001B$B'), bytes, Buffer.from('\u001B(B')])
  })
  return Buffer.concat(parts)
}
