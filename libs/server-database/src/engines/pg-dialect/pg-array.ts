import type { JsonValue } from '../sql-value.ts'

/**
 * Parses an array in PostgreSQL's text format, such as `{1,NULL,"a \"b\""}`. Arrays can be nested. Bounds
 * before the array (`[2:3]={…}`) are ignored.
 */
export function parsePgArray(
  text: string,
  read: (text: string) => JsonValue,
  delimiter = ',',
): JsonValue {
  let at = text.indexOf('{')
  if (at < 0) return text

  function readArray(): JsonValue[] {
    const elements: JsonValue[] = []
    at += 1
    while (at < text.length && text[at] !== '}') {
      elements.push(readElement())
      if (text[at] === delimiter) at += 1
    }
    at += 1
    return elements
  }

  function readElement(): JsonValue {
    if (text[at] === '{') return readArray()
    if (text[at] === '"') return read(readQuoted())
    const start = at
    while (at < text.length && text[at] !== delimiter && text[at] !== '}') at += 1
    const word = text.slice(start, at)
    return word === 'NULL' ? null : read(word)
  }

  function readQuoted(): string {
    let value = ''
    at += 1
    while (at < text.length && text[at] !== '"') {
      if (text[at] === '\\') at += 1
      value += text[at] ?? ''
      at += 1
    }
    at += 1
    return value
  }

  return readArray()
}
