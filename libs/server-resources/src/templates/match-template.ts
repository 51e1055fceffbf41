import type { TemplateVariables } from '../providers/resource-provider.ts'
import type { TemplateExpression, TemplateOperator, TemplatePart } from './uri-template.ts'
import { parseUriTemplate } from './uri-template.ts'

/** Returns the values of the variables in a URI, or undefined if the URI does not match the template. */
export type TemplateMatcher = (uri: string) => TemplateVariables | undefined

type Values = Map<string, string | readonly string[] | Readonly<Record<string, string>>>

const unreserved = 'A-Za-z0-9\\-._~'
const percentEncoded = '%[0-9A-Fa-f]{2}'
const anyText = new RegExp(`^(?:[${unreserved}:/?#[\\]@!$&'()*+,;=]|${percentEncoded})*$`)

/** Expansion syntax of an operator. */
interface OperatorSyntax {
  /** Text that precedes the values of an expanded expression. */
  readonly first: string
  readonly separator: string
  /** Whether each value is written as `name=value`. */
  readonly isNamed: boolean
  /** Matches the texts that the operator can expand to. */
  readonly text: RegExp
}

const syntaxes: Record<TemplateOperator, OperatorSyntax> = {
  '': syntax('', ',', ','),
  '+': { first: '', separator: ',', isNamed: false, text: anyText },
  '#': { first: '#', separator: ',', isNamed: false, text: anyText },
  '.': syntax('.', '.', ',='),
  '/': syntax('/', '/', ',=/'),
  ';': syntax(';', ';', ',=;', true),
  '?': syntax('?', '&', ',=&?', true),
  '&': syntax('&', '&', ',=&', true),
}

function syntax(first: string, separator: string, extra: string, isNamed = false): OperatorSyntax {
  const text = new RegExp(`^(?:[${unreserved}${extra}]|${percentEncoded})*$`)
  return { first, separator, isNamed, text }
}

/**
 * Compiles a template to a function that extracts the values of the variables from a URI.
 *
 * Matching reverses expansion if literals separate the variables of the template. Matching cannot restore
 * values that expansion loses: a variable without a value, an empty list, and the end of a value that a
 * prefix modifier such as `{name:3}` removed. A list and an object can both expand to `a,b`. Matching
 * returns a list for it.
 *
 * An expression such as `{name}` or `{+name}` matches at least one character. An expression with another
 * operator may be absent from the URI. Query parameters may be in any order.
 *
 * @example
 * const match = compileTemplate('notes:///{folder}/{name}')
 * match('notes:///work/to%20do') // { folder: 'work', name: 'to do' }
 */
export function compileTemplate(template: string): TemplateMatcher {
  const parts = parseUriTemplate(template).map((part): TemplatePart =>
    part.type === 'literal' ? { type: 'literal', text: encodeLiteral(part.text) } : part,
  )
  return (uri) => {
    const values = createMatcher(parts, uri)(0, 0)
    return values === undefined ? undefined : Object.fromEntries(values)
  }
}

/** Returns a function that matches the parts from `index` on against the URI from `position` on. */
function createMatcher(parts: readonly TemplatePart[], uri: string) {
  // Each expression is tried once per position, and its result is cached. Without the cache, the time
  // would be exponential.
  const results = new Map<number, Values | undefined>()

  function matchFrom(index: number, position: number): Values | undefined {
    const part = parts[index]
    if (part === undefined) return position === uri.length ? new Map() : undefined
    if (part.type === 'literal') {
      return uri.startsWith(part.text, position)
        ? matchFrom(index + 1, position + part.text.length)
        : undefined
    }
    const key = index * (uri.length + 1) + position
    if (!results.has(key)) results.set(key, matchExpression(part, index, position))
    return results.get(key)
  }

  function matchExpression(
    part: TemplateExpression,
    index: number,
    position: number,
  ): Values | undefined {
    for (const end of possibleEnds(parts[index + 1], uri, position)) {
      const others = matchFrom(index + 1, end)
      const own = others && parseExpansion(part, uri.slice(position, end))
      const merged = own && mergeValues(own, others)
      if (merged !== undefined) return merged
    }
    return undefined
  }

  return matchFrom
}

/** Yields the positions at which an expression can end, the last one first. */
function* possibleEnds(
  next: TemplatePart | undefined,
  uri: string,
  position: number,
): Iterable<number> {
  if (next === undefined) {
    yield uri.length
  } else if (next.type === 'literal') {
    for (let end = uri.lastIndexOf(next.text); end >= position;) {
      yield end
      end = end === 0 ? -1 : uri.lastIndexOf(next.text, end - 1)
    }
  } else {
    for (let end = uri.length; end >= position; end--) yield end
  }
}

/** Merges values. Returns undefined if a variable occurs twice with different values. */
function mergeValues(own: Values, others: Values): Values | undefined {
  for (const [name, value] of own) {
    const other = others.get(name)
    if (other !== undefined && JSON.stringify(other) !== JSON.stringify(value)) return undefined
  }
  return new Map([...own, ...others])
}

/**
 * Parses the expansion of an expression. Returns undefined if the expression cannot expand to this text.
 */
function parseExpansion(expression: TemplateExpression, text: string): Values | undefined {
  const { first, separator, isNamed, text: allowed } = syntaxes[expression.operator]
  if (text === '') return first === '' ? undefined : new Map()
  if (!text.startsWith(first) || !allowed.test(text)) return undefined
  const items = text.slice(first.length).split(separator)
  try {
    return isNamed ? parseNamed(expression, items) : parseUnnamed(expression, items, separator)
  } catch {
    // The percent-encoded bytes are not valid UTF-8.
    return undefined
  }
}

/** Parses an expansion with names, such as that of `{?a,b*}`. */
function parseNamed(
  { variables }: TemplateExpression,
  items: readonly string[],
): Values | undefined {
  const values: Values = new Map()
  const exploded = variables.find(({ isExploded }) => isExploded)
  const explodedItems: [string, string][] = []
  for (const item of items) {
    const [key = '', raw = ''] = item.split(/=(.*)/s)
    const name = decodeURIComponent(key)
    const variable = variables.find((each) => !each.isExploded && each.name === name)
    if (variable === undefined) {
      if (exploded === undefined || key === '') return undefined
      explodedItems.push([name, decodeURIComponent(raw)])
    } else {
      if (values.has(name)) return undefined
      const value = parseValue(raw)
      if (!isWithinLength(value, variable.maxLength)) return undefined
      values.set(name, value)
    }
  }
  if (exploded !== undefined && explodedItems.length > 0) {
    const isList = explodedItems.every(([key]) => key === exploded.name)
    values.set(
      exploded.name,
      isList ? explodedItems.map(([, value]) => value) : Object.fromEntries(explodedItems),
    )
  }
  return values
}

/**
 * Parses an expansion without names, such as that of `{a,b}`. An exploded variable (`{a*}`) takes
 * the remaining items.
 */
function parseUnnamed(
  { operator, variables }: TemplateExpression,
  items: readonly string[],
  separator: string,
): Values | undefined {
  const values: Values = new Map()
  // The values of these operators may contain the separator.
  const mayContainSeparator = operator === '+' || operator === '#' || operator === '.'
  let next = 0
  for (const [index, { name, isExploded, maxLength }] of variables.entries()) {
    const remaining = variables.length - index - 1
    const count =
      isExploded || (remaining === 0 && mayContainSeparator) ? items.length - next - remaining : 1
    const own = items.slice(next, next + Math.max(count, 0))
    if (own.length === 0 || (own.length === 1 && own[0] === '' && operator !== '/'))
      return undefined
    next += own.length
    const isSingleList = operator === '' && variables.length === 1 && items.length > 1
    const value = isExploded
      ? own.map((item) => decodeURIComponent(item))
      : isSingleList
        ? parseValue(items.join(separator))
        : decodeValue(own.join(separator), operator)
    if (isSingleList) next = items.length
    if (!isWithinLength(value, maxLength)) return undefined
    values.set(name, value)
  }
  return next === items.length ? values : undefined
}

/** Parses a value. An unencoded comma separates the items of a list. */
function parseValue(raw: string): string | string[] {
  return raw.includes(',')
    ? raw.split(',').map((item) => decodeURIComponent(item))
    : decodeURIComponent(raw)
}

/** Decodes a value. With the operators `/` and `.`, a value with an unencoded comma is a list. */
function decodeValue(raw: string, operator: TemplateOperator): string | string[] {
  return operator === '/' || operator === '.' ? parseValue(raw) : decodeURIComponent(raw)
}

function isWithinLength(value: string | readonly string[], maxLength: number | undefined): boolean {
  return maxLength === undefined || (typeof value === 'string' && value.length <= maxLength)
}

/** Percent-encodes the text between expressions in the same way as expansion does. */
function encodeLiteral(text: string): string {
  return text
    .split(/(%[0-9A-Fa-f]{2})/)
    .map((piece, index) =>
      index % 2 === 1 ? piece : encodeURI(piece).replaceAll('%5B', '[').replaceAll('%5D', ']'),
    )
    .join('')
}
