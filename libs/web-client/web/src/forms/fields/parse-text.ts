import { parseJson } from '@mcp/protocol/light'

/** JSON that a user entered, or the problem with its line. */
export type ParsedText =
  | { readonly value: unknown }
  | { readonly problem: string; readonly line: number }

/** Parses JSON that a user entered. Whole numbers beyond 2^53 become text with the same digits. */
export function parseText(text: string): ParsedText {
  try {
    JSON.parse(text)
    return { value: parseJson(text) }
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : ''
    const line = lineOf(message, text)
    return { problem: `Invalid JSON in line ${line}: ${reasonOf(message)}`, line }
  }
}

/** Returns the line of the error. Not every message of every browser has it. */
function lineOf(message: string, text: string): number {
  const named = /line (\d+)/.exec(message)?.[1]
  if (named !== undefined) return Number(named)
  // The longest start of the text that could still become valid ends at the error.
  let low = 0
  let high = text.length
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (canContinue(text.slice(0, middle))) low = middle
    else high = middle - 1
  }
  return text.slice(0, low).split('\n').length
}

/** Whether a text is the start of valid JSON. */
function canContinue(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : ''
    const position = /position (\d+)/.exec(message)?.[1]
    if (position !== undefined) return Number(position) >= text.length
    return /end of|EOF|unterminated/i.test(message)
  }
}

/** Returns the message of the browser without the position and the text, which the user sees. */
function reasonOf(message: string): string {
  const reason = message
    .replace(/^JSON\.parse: /, '')
    .replace(/,? (?:in JSON )?at (?:position|line) .*$/s, '')
    .replace(/, (?:"|\.\.\.).*is not valid JSON$/s, '')
    .replace(/ in JSON$/, '')
  return `${reason === '' ? 'unexpected text' : reason}.`
}

const jsonNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?$/i

/** Reads the text of a number field. Other text, and a number with too many digits, stays text. */
export function readNumber(text: string): unknown {
  const trimmed = text.trim()
  if (trimmed === '') return undefined
  const value = Number(trimmed)
  const isExact = !Number.isInteger(value) || Number.isSafeInteger(value) || /[.e]/i.test(trimmed)
  return jsonNumber.test(trimmed) && Number.isFinite(value) && isExact ? value : text
}
