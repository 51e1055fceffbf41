/** Words that the search ignores, because they do not describe a tool. */
const emptyWords = new Set(
  `a an and are as at be by can could did do does for from give has have how i in into is it its me
  my of on or our please s show tell that the their there these this those to up us was were what
  when where which who will with would you your want need let lets let's whats what's many much all
  any using use result value compute calculate`
    .split(/\s+/)
    .filter((word) => word !== ''),
)

/** Groups of synonyms. The first word of a group is the canonical form. */
const groups = [
  ['plus', 'add', 'adding', 'added', 'sum', 'total', '+'],
  ['minus', 'subtract', 'subtracting', 'subtracted', 'difference', '-', '−'],
  ['times', 'multiply', 'multiplying', 'multiplied', 'product', '*', '×', '·'],
  ['divide', 'divided', 'dividing', 'quotient', '/', '÷'],
  ['power', 'raise', 'raised', 'exponent', '^', '**'],
  ['percent', 'percentage', '%'],
  ['modulo', 'mod', 'remainder', 'modulus'],
  ['root', 'sqrt'],
  ['mean', 'average', 'avg'],
  ['uppercase', 'capitals', 'upcase'],
  ['lowercase', 'downcase'],
  ['count', 'counting', 'number-of'],
  ['reverse', 'reversed', 'backwards', 'backward'],
  ['find', 'search', 'searching', 'look-up'],
  ['delete', 'remove', 'erase'],
  ['list', 'listing', 'lists'],
  ['convert', 'converting', 'conversion', 'turn', 'translate'],
  ['sort', 'sorting', 'sorted', 'order'],
  ['hash', 'digest', 'checksum'],
  ['fetch', 'download'],
] as const

const canonical = new Map<string, string>(
  groups.flatMap(([first, ...others]) => [first, ...others].map((word) => [word, first])),
)

/** Whether the search ignores a word. */
export function isEmptyWord(word: string): boolean {
  return emptyWords.has(word.toLowerCase())
}

/** Returns the canonical form of a word. The plural and the synonyms of a word have the same form. */
export function wordForm(word: string): string {
  const lower = word.toLowerCase()
  return canonical.get(lower) ?? canonical.get(singular(lower)) ?? singular(lower)
}

function singular(word: string): string {
  if (word.length <= 3 || !word.endsWith('s') || word.endsWith('ss')) return word
  if (word.endsWith('ies')) return `${word.slice(0, -3)}y`
  return word.slice(0, -1)
}

/**
 * Returns the words of a text or name that the search does not ignore, and each pair of adjacent words
 * as one word. All are in canonical form.
 */
export function contentWords(text: string): string[] {
  const words = text
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}+*/%^×÷-]+/u)
    .filter((word) => word !== '')
  const significant = words.filter((word) => !emptyWords.has(word))
  // With pairs, "upper case" also matches "uppercase".
  const pairs = significant.map((word, index) => word + (significant[index + 1] ?? ''))
  return [...significant, ...pairs.slice(0, -1)].map(wordForm)
}
