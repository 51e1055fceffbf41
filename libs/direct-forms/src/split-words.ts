/**
 * Splits a line into words at spaces. Single and double quotes keep spaces in a word and are removed.
 * Quotes inside JSON remain: after `:=`, after `=` if an object or an array follows, and in a word that
 * begins with `{`. Returns undefined if a quote or a bracket is not closed.
 *
 * @example
 * splitWords('a=2 text="buy milk" scope:={"x": 3}') // ['a=2', 'text=buy milk', 'scope:={"x": 3}']
 */
export function splitWords(line: string): string[] | undefined {
  const words: string[] = []
  let at = 0
  while (at < line.length) {
    if (/\s/.test(line.charAt(at))) {
      at++
      continue
    }
    const word = readWord(line, at)
    if (word === undefined) return undefined
    words.push(word.text)
    at = word.end
  }
  return words
}

interface Word {
  readonly text: string
  readonly end: number
}

const jsonStart = /^(?:[\w.-]+:=|[\w.-]+=(?=[[{])|(?=\{))/

function readWord(line: string, start: number): Word | undefined {
  const json = jsonStart.exec(line.slice(start, start + 200))
  if (json !== null) return readJson(line, start, start + json[0].length)
  let text = ''
  for (let at = start; at < line.length; at++) {
    const sign = line.charAt(at)
    if (/\s/.test(sign)) return { text, end: at }
    if (sign !== '"' && sign !== "'") {
      text += sign
      continue
    }
    // An apostrophe within a word, as in "don't", is not a quote.
    if (sign === "'" && /[\p{L}\d]$/u.test(text)) {
      text += sign
      continue
    }
    const quoted = readQuoted(line, at)
    if (quoted === undefined) return undefined
    text += quoted.text
    at = quoted.end - 1
  }
  return { text, end: line.length }
}

function readQuoted(line: string, start: number): Word | undefined {
  const quote = line.charAt(start)
  let text = ''
  for (let at = start + 1; at < line.length; at++) {
    const sign = line.charAt(at)
    if (sign === quote) return { text, end: at + 1 }
    const next = line.charAt(at + 1)
    if (sign === '\\' && quote === '"' && (next === '"' || next === '\\')) {
      text += next
      at++
    } else text += sign
  }
  return undefined
}

/** Reads a word that ends with JSON, up to the first space outside its brackets and strings. */
function readJson(line: string, start: number, jsonAt: number): Word | undefined {
  let depth = 0
  let isString = false
  for (let at = jsonAt; at < line.length; at++) {
    const sign = line.charAt(at)
    if (isString) {
      if (sign === '\\') at++
      else if (sign === '"') isString = false
    } else if (sign === '"') isString = true
    else if (sign === '{' || sign === '[') depth++
    else if (sign === '}' || sign === ']') depth--
    else if (depth <= 0 && /\s/.test(sign)) return { text: line.slice(start, at), end: at }
  }
  return isString || depth > 0 ? undefined : { text: line.slice(start), end: line.length }
}
