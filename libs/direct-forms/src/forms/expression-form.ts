const functions = new Set(
  'sqrt cbrt abs sin cos tan asin acos atan log log10 log2 exp min max round floor ceil pow mod gcd lcm factorial'.split(
    ' ',
  ),
)
const constants = new Set(['pi', 'e', 'tau'])

const token = /\s*(?:(\d+(?:\.\d+)?(?:e[-+]?\d+)?|\.\d+)|([a-z]\w*)|([-+*/%^(),×÷−!]|\*\*))/iy

const signs: Readonly<Record<string, string>> = { '×': '*', '÷': '/', '−': '-', '**': '^' }

// Matches dates and telephone numbers such as 2026-11-29, 1/2/2024 or 555-123-4567.
const dateOrNumber = /^\d+([-/.])\d+(?:\1\d+)+$/

/**
 * Returns an arithmetic expression in the notation of the calculator: numbers, operators, parentheses and
 * known functions. Returns undefined for other texts, for more than 1,000 characters, and for dates
 * such as `2026-11-29`.
 */
export function readExpression(text: string): string | undefined {
  const source = text.replace(/\s*=$/, '')
  if (source.length > 1000 || dateOrNumber.test(source)) return undefined
  const tokens = tokenize(source)
  if (tokens === undefined || !isExpression(tokens)) return undefined
  return tokens.some(({ sign }) => sign === '×' || sign === '÷' || sign === '−' || sign === '**')
    ? tokens.map(({ sign }) => signs[sign] ?? sign).join(' ')
    : source
}

interface Token {
  readonly kind: 'number' | 'name' | 'sign'
  readonly sign: string
}

function tokenize(source: string): Token[] | undefined {
  const tokens: Token[] = []
  token.lastIndex = 0
  while (token.lastIndex < source.length) {
    const [, number, name, sign] = token.exec(source) ?? []
    if (number !== undefined) tokens.push({ kind: 'number', sign: number })
    else if (name !== undefined) tokens.push({ kind: 'name', sign: name })
    else if (sign !== undefined) tokens.push({ kind: 'sign', sign })
    else return undefined
  }
  return tokens
}

/** Whether the tokens are an expression with at least one operator or function. */
function isExpression(tokens: readonly Token[]): boolean {
  let depth = 0
  let operations = 0
  let wantsValue = true
  for (const [at, { kind, sign }] of tokens.entries()) {
    const isCall = kind === 'name' && functions.has(sign) && tokens[at + 1]?.sign === '('
    if (wantsValue) {
      if (isCall) operations++
      else if (kind === 'number' || (kind === 'name' && constants.has(sign))) wantsValue = false
      else if (sign === '(') depth++
      else if (sign !== '-' && sign !== '+' && sign !== '−') return false
      continue
    }
    if (sign === ')') {
      if (--depth < 0) return false
    } else if (sign === '!') operations++
    else if (sign === ',' && depth > 0) wantsValue = true
    else if (kind === 'sign' && sign !== '(' && sign !== ',') {
      operations++
      wantsValue = true
    } else return false
  }
  return !wantsValue && depth === 0 && operations > 0
}
