/**
 * Whether `value`, which JavaScript reads from the text `source`, keeps the digits of the text. False for
 * a whole number beyond 2^53 with other digits than the text, and for a number outside the range of a
 * 64-bit float. Other rounded fractions, such as a third, are accepted.
 */
export function keepsDigits(source: string, value: number): boolean {
  if (Number.isSafeInteger(value) && value !== 0) return true
  if (value === 0) return !/^[^e]*[1-9]/i.test(source)
  if (!Number.isFinite(value)) return false
  return !Number.isInteger(value) || normalForm(source) === normalForm(String(value))
}

/** Whether a JSON text may contain a number whose digits `JSON.parse` does not keep. */
export function mayLoseDigits(json: string): boolean {
  // A whole number loses digits only if it has more than 15 of them, or an exponent of at least three digits.
  return hasLongNumber(json) || (exponent.test(json) && numberWithExponent.test(json))
}

// The first expression is fast, but also matches identifiers. The second one is slow.
const exponent = /[\d.][eE][+-]?\d{3}/
const numberWithExponent = /(?:^|[:,[\s])-?[\d.]+[eE][+-]?\d{3}/

const minLongDigits = 16

function hasLongNumber(json: string): boolean {
  // Every run of 16 characters contains one of these positions.
  for (let at = minLongDigits - 1; at < json.length; at += minLongDigits) {
    if (!isNumeric(json, at)) continue
    let start = at
    while (isNumeric(json, start - 1)) start--
    while (isNumeric(json, at + 1)) at++
    if (at - start + 1 >= minLongDigits && mayBeWhole(json, start, at)) return true
  }
  return false
}

/**
 * Whether a run of digits and decimal points may be a whole number with many digits, or the start of one. This
 * is so if it has no point, has at least 16 digits before the point, or is followed by an exponent. Fractions
 * with many digits are frequent, and may be rounded.
 */
function mayBeWhole(json: string, start: number, end: number): boolean {
  const point = json.indexOf('.', start)
  if (point === -1 || point > end || point - start >= minLongDigits) return true
  const next = json.charCodeAt(end + 1)
  return next === 69 || next === 101
}

/** Whether the character at a position is a digit or a decimal point. */
function isNumeric(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return (code >= 48 && code <= 57) || code === 46
}

/** Returns the digits without leading and trailing zeros, and the power of ten, such as `15e-1` for `1.50`. */
function normalForm(number: string): string {
  const [mantissa = '', power = '0'] = number.toLowerCase().replace(/^[-+]/, '').split('e')
  const [whole = '', fraction = ''] = mantissa.split('.')
  const digits = whole + fraction
  let start = 0
  while (digits[start] === '0') start++
  let end = digits.length
  while (end > start && digits[end - 1] === '0') end--
  return `${digits.slice(start, end)}e${Number(power) - fraction.length + digits.length - end}`
}
