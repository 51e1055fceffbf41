/** Returns the number or boolean that a text represents, if writing it again yields the same text. */
export function losslessScalar(text: string): unknown {
  if (text === 'true') return true
  if (text === 'false') return false
  // Leading zeros and long identifiers, for example, stay text.
  return text !== '' && String(Number(text)) === text && Number.isFinite(Number(text))
    ? Number(text)
    : text
}
