/**
 * Converts a text to a number or boolean if that value, converted back to text, is the same text.
 * Returns other texts unchanged.
 */
export function losslessScalar(text: string): unknown {
  if (text === 'true') return true
  if (text === 'false') return false
  // For example, numbers with leading zeros and long identifiers stay text.
  return text !== '' && String(Number(text)) === text && Number.isFinite(Number(text))
    ? Number(text)
    : text
}
