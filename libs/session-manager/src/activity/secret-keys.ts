// Key names are compared without case and separators: `API_KEY`, `api-key` and `apiKey` are the same.
const secretKey =
  /pass(?:word|wd|phrase|code)|pwd|secret|token|api_?key|(?:access|private|signing|encryption|master|service|account|shared|storage|license|ssh|deploy|webhook)key|credential|authorization|^auth$|cookie|bearer|jwt|^otp$|onetimecode|^pin$|^cvv$|^cvc$|cardnumber|^ssn$|signature|^sig$|connectionstring|^dsn$|databaseurl|sessionid|^sid$|^key$|seedphrase|mnemonic/
// Names that contain one of the words above but are not secret: counts of tokens as language models report
// them, password policies and public keys.
const harmlessKey = /tokens$|tokencount|tokenlimit|tokentype|tokenusage|passwordpolicy|publickey/

/** A key of an object in a preview. */
export interface Key {
  /** The key as JSON, with its colon. */
  readonly json: string
  /** Whether its name suggests that its value is a secret. */
  readonly isSecret: boolean
}

// The same few keys occur again and again, and their check takes longer than the rest of a small preview.
const keys = new Map<string, Key>()
const maxKeys = 1000
const maxKeyLength = 64

export function describeKey(name: string): Key {
  const known = keys.get(name)
  if (known !== undefined) return known
  const key = { json: `${JSON.stringify(name)}:`, isSecret: isSecretKey(name) }
  if (keys.size >= maxKeys) keys.clear()
  if (name.length <= maxKeyLength) keys.set(name, key)
  return key
}

function isSecretKey(name: string): boolean {
  const normalized = name.toLowerCase().replaceAll(/[-_.\s]/g, '')
  return secretKey.test(normalized) && !harmlessKey.test(normalized)
}

/** Text in place of a secret. */
export const blank = '[secret]'

const sessionId = /\bses-[\da-f]{8,}/gi
const bearer = /\b(Bearer|Basic)\s+[\w.~+/=-]+/gi
const userInfo = /(\w:\/\/)[^\s/@"]+@/g
// The name and separator of a pair in a text, such as `"password": "x"`, `api_key=x` or `token: x`. The
// length of the name is bounded, so that the search takes linear time.
const pair = /(?<![\w.-])([\w.-]{2,64})\\?["']?\s{0,8}[:=]\s{0,8}/g
const secretValue =
  /\\?"(?:[^"\\]|\\[^"]){0,4096}\\?"|'[^']{0,4096}'|(?:(?:Bearer|Basic) )?[^\s,;&"'}\\]+/y

// Every form of a secret contains one of these, so a text without them is not searched.
const mark = /[:=]|ses-|bearer|basic/i

/** Returns a text without the secrets whose form or name can be recognized. */
export function blankText(text: string): string {
  if (text.length < 6 || !mark.test(text)) return text
  const withoutForms = text
    .replaceAll(bearer, `$1 ${blank}`)
    .replaceAll(userInfo, `$1${blank}@`)
    .replaceAll(sessionId, blank)
  return blankPairs(withoutForms)
}

function blankPairs(text: string): string {
  let result = ''
  let end = 0
  for (const { 0: head, 1: name = '', index } of text.matchAll(pair)) {
    const start = index + head.length
    if (index < end || !isSecretKey(name)) continue
    secretValue.lastIndex = start
    const [value] = secretValue.exec(text) ?? []
    if (value === undefined) continue
    const quote = /^\\?["']/.exec(value)?.[0] ?? ''
    result += text.slice(end, start) + quote + blank + quote
    end = start + value.length
  }
  return result + text.slice(end)
}
