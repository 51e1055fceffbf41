const closing: Readonly<Record<string, string>> = { '{': '}', '[': ']', '(': ')' }

/**
 * Returns whether a further line belongs to a text, because a quote or a bracket is open. An apostrophe within
 * a word and a parenthesis in a smiley do not count as open. A blank last line ends every text.
 */
export function needsFurtherLine(text: string): boolean {
  if (/\n[^\S\n]*$/.test(text)) return false
  const open: string[] = []
  let quote = ''
  for (let at = 0; at < text.length; at++) {
    const sign = text.charAt(at)
    if (quote !== '') {
      if (sign === '\\' && quote === '"') at++
      else if (sign === quote) quote = ''
      continue
    }
    const before = text.charAt(at - 1)
    if ((sign === '"' || sign === "'") && /^[\s=:,([{]?$/.test(before)) quote = sign
    else if (sign === open.at(-1)) open.pop()
    else if (closing[sign] !== undefined && !(sign === '(' && /[:;-]/.test(before))) {
      open.push(closing[sign])
    }
  }
  return quote !== '' || open.length > 0
}
