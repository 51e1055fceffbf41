import type { TemplateVariables } from '../providers/resource-provider.ts'
import type { TemplateExpression, TemplateOperator, TemplatePart } from './uri-template.ts'
import { parseUriTemplate } from './uri-template.ts'

/** The values of the variables in a URI, or nothing where the URI does not come from the template. */
export type TemplateMatcher = (uri: string) => TemplateVariables | undefined

type Values = Map<string, string | readonly string[] | Readonly<Record<string, string>>>

const unreserved = 'A-Za-z0-9\\-._~'
const escaped = '%[0-9A-Fa-f]{2}'
const anything = new RegExp(`^(?:[${unreserved}:/?#[\\]@!$&'()*+,;=]|${escaped})*$`)

/** How each operator writes a list of values, and which text can be one. */
const shapes: Record<
  TemplateOperator,
  {
    readonly first: string
    readonly separator: string
    readonly isNamed: boolean
    readonly text: RegExp
  }
> = {
  '': shape('', ',', ','),
  '+': { first: '', separator: ',', isNamed: false, text: anything },
  '#': { first: '#', separator: ',', isNamed: false, text: anything },
  '.': shape('.', '.', ',='),
  '/': shape('/', '/', ',=/'),
  ';': shape(';', ';', ',=;', true),
  '?': shape('?', '&', ',=&?', true),
  '&': shape('&', '&', ',=&', true),
}

function shape(first: string, separator: string, extra: string, isNamed = false) {
  const text = new RegExp(`^(?:[${unreserved}${extra}]|${escaped})*$`)
  return { first, separator, isNamed, text }
}

/**
 * The way back from a URI to the variables of its template.
 *
 * Expanding and matching give the same texts back as long as the template keeps its variables apart.
 * What expansion itself loses stays lost: a variable without a value, an empty list, the end of a value
 * that a prefix `{name:3}` cut, and whether `a,b` was a list or an object (it is read as a list). A
 * variable written `{name}` or `{+name}` takes one character at least; expressions with another operator
 * may be missing as a whole. Parameters of a query may come in any order.
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
    const values = createMatch(parts, uri)(0, 0)
    return values === undefined ? undefined : Object.fromEntries(values)
  }
}

/** Matches the parts from one on against the URI from a position on. */
function createMatch(parts: readonly TemplatePart[], uri: string) {
  // Each part is tried once at each position, which keeps the time polynomial.
  const known = new Map<number, Values | undefined>()

  function matchFrom(index: number, position: number): Values | undefined {
    const part = parts[index]
    if (part === undefined) return position === uri.length ? new Map() : undefined
    if (part.type === 'literal') {
      return uri.startsWith(part.text, position)
        ? matchFrom(index + 1, position + part.text.length)
        : undefined
    }
    const key = index * (uri.length + 1) + position
    if (!known.has(key)) known.set(key, matchExpression(part, index, position))
    return known.get(key)
  }

  function matchExpression(
    part: TemplateExpression,
    index: number,
    position: number,
  ): Values | undefined {
    for (const end of endsOf(parts[index + 1], uri, position)) {
      const others = matchFrom(index + 1, end)
      const own = others && readExpression(part, uri.slice(position, end))
      const joined = own && joinValues(own, others)
      if (joined !== undefined) return joined
    }
    return undefined
  }

  return matchFrom
}

/** Where an expression can end, the longest first. */
function* endsOf(next: TemplatePart | undefined, uri: string, position: number): Iterable<number> {
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

/** A variable that stands in two places must say the same in both. */
function joinValues(own: Values, others: Values): Values | undefined {
  for (const [name, value] of own) {
    const other = others.get(name)
    if (other !== undefined && JSON.stringify(other) !== JSON.stringify(value)) return undefined
  }
  return new Map([...own, ...others])
}

function readExpression(expression: TemplateExpression, text: string): Values | undefined {
  const { first, separator, isNamed, text: allowed } = shapes[expression.operator]
  if (text === '') return first === '' ? undefined : new Map()
  if (!text.startsWith(first) || !allowed.test(text)) return undefined
  const items = text.slice(first.length).split(separator)
  try {
    return isNamed ? readNamed(expression, items) : readInOrder(expression, items, separator)
  } catch {
    // A percent sign that encodes no UTF-8.
    return undefined
  }
}

/** `{?a,b*}`: every item says whose it is. */
function readNamed(
  { variables }: TemplateExpression,
  items: readonly string[],
): Values | undefined {
  const values: Values = new Map()
  const exploded = variables.find(({ isExploded }) => isExploded)
  const further: [string, string][] = []
  for (const item of items) {
    const [key = '', raw = ''] = item.split(/=(.*)/s)
    const name = decodeURIComponent(key)
    const variable = variables.find((each) => !each.isExploded && each.name === name)
    if (variable === undefined) {
      if (exploded === undefined || key === '') return undefined
      further.push([name, decodeURIComponent(raw)])
    } else {
      if (values.has(name)) return undefined
      const value = readValue(raw)
      if (!isShortEnough(value, variable.maxLength)) return undefined
      values.set(name, value)
    }
  }
  if (exploded !== undefined && further.length > 0) {
    const isList = further.every(([key]) => key === exploded.name)
    values.set(
      exploded.name,
      isList ? further.map(([, value]) => value) : Object.fromEntries(further),
    )
  }
  return values
}

/** `{a,b}`: the items are the variables' in their order; an exploded one takes those that are left over. */
function readInOrder(
  { operator, variables }: TemplateExpression,
  items: readonly string[],
  separator: string,
): Values | undefined {
  const values: Values = new Map()
  // These separators are also characters that a value may hold.
  const mayHoldSeparator = operator === '+' || operator === '#' || operator === '.'
  let next = 0
  for (const [index, { name, isExploded, maxLength }] of variables.entries()) {
    const behind = variables.length - index - 1
    const count =
      isExploded || (behind === 0 && mayHoldSeparator) ? items.length - next - behind : 1
    const own = items.slice(next, next + Math.max(count, 0))
    if (own.length === 0 || (own.length === 1 && own[0] === '' && operator !== '/'))
      return undefined
    next += own.length
    const isListOfOne = operator === '' && variables.length === 1 && items.length > 1
    const value = isExploded
      ? own.map((item) => decodeURIComponent(item))
      : isListOfOne
        ? readValue(items.join(separator))
        : decode(own.join(separator), operator)
    if (isListOfOne) next = items.length
    if (!isShortEnough(value, maxLength)) return undefined
    values.set(name, value)
  }
  return next === items.length ? values : undefined
}

/** A comma that is not encoded can only be the one between the items of a list. */
function readValue(raw: string): string | string[] {
  return raw.includes(',')
    ? raw.split(',').map((item) => decodeURIComponent(item))
    : decodeURIComponent(raw)
}

/** In a simple value a comma is encoded; one that is not makes it a list. */
function decode(raw: string, operator: TemplateOperator): string | string[] {
  return operator === '/' || operator === '.' ? readValue(raw) : decodeURIComponent(raw)
}

function isShortEnough(value: string | readonly string[], maxLength: number | undefined): boolean {
  return maxLength === undefined || (typeof value === 'string' && value.length <= maxLength)
}

/** As expansion writes the text between expressions. */
function encodeLiteral(text: string): string {
  return text
    .split(/(%[0-9A-Fa-f]{2})/)
    .map((piece, index) =>
      index % 2 === 1 ? piece : encodeURI(piece).replaceAll('%5B', '[').replaceAll('%5D', ']'),
    )
    .join('')
}
