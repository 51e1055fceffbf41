/** A name in the spellings that files, code and the environment need. */
export interface NameForms {
  /** `currency-rates` */
  readonly name: string
  /** `currencyRates` */
  readonly camel: string
  /** `CurrencyRates` */
  readonly pascal: string
  /** `CURRENCY_RATES` */
  readonly upper: string
  /** `Currency rates` */
  readonly title: string
}

const kebabCase = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/

// Names that a variable in a module cannot have.
const reservedWords: ReadonlySet<string> = new Set(
  (
    'arguments await break case catch class const continue debugger default delete do else enum eval export ' +
    'extends false finally for function if implements import in instanceof interface let new null package ' +
    'private protected public return static super switch this throw true try typeof var void while with yield'
  ).split(' '),
)

/**
 * Returns the forms of a name in kebab-case.
 *
 * @throws Error if it is not in kebab-case, or is a reserved word of JavaScript.
 */
export function nameForms(name: string): NameForms {
  if (!kebabCase.test(name) || name.length > 40) {
    throw new Error(
      `"${name}" is not a valid name: use lower-case letters and digits with hyphens between words, such as currency-rates.`,
    )
  }
  if (reservedWords.has(name)) {
    throw new Error(
      `"${name}" is a reserved word of JavaScript, so it cannot be the name of a variable: use another name.`,
    )
  }
  const words = name.split('-')
  const pascal = words.map(capitalize).join('')
  return {
    name,
    camel: pascal.charAt(0).toLowerCase() + pascal.slice(1),
    pascal,
    upper: words.join('_').toUpperCase(),
    title: capitalize(words.join(' ')),
  }
}

const capitalize = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)
