import { parseJson } from '@mcp/protocol/light'

/** JSON that a user entered, or the problem with its line. */
export type ParsedText =
  | { readonly value: unknown }
  | { readonly problem: string; readonly line: number }

/** Parses JSON that a user entered. Numbers that a 64-bit float
 * cannot keep exactly, such as whole numbers beyond 2^53, become text with the same digits. */
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
  // Otherwise, the error is right after the longest prefix that could still become valid JSON.
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

/** Returns the message of the browser without the position and the quoted text, because the user sees both. */
function reasonOf(message: string): string {
  const reason = message
    .replace(/^JSON\.parse: /, '')
    .replace(/,? (?:in JSON )?at (?:position|line) .*$/s, '')
    .replace(/, (?:"|\.\.\.).*is not valid JSON$/s, '')
    .replace(/ in JSON$/, '')
  return `${reason === '' ? 'unexpected text' : reason}.`
}

const jsonNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?$/i

/**
 * Returns the number in a field, or undefined if the field is empty. Text that is not a JSON number, is out of
 * range, or is a whole number beyond 2^53 stays text.
 */
export function readNumber(text: string): unknown {
  const trimmed = text.trim()
  if (trimmed === '') return undefined
  const value = Number(trimmed)
  const isExact = !Number.isInteger(value) || Number.isSafeInteger(value) || /[.e]/i.test(trimmed)
  return jsonNumber.test(trimmed) && Number.isFinite(value) && isExact ? value : text
}
