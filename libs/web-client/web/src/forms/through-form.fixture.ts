import { isRecord } from '@mcp/protocol/light'
import * as fc from 'fast-check'

import { lineEndOf, memberOf, withItem, withMember } from './fields/change-value.ts'
import { parseText, readNumber } from './fields/parse-text.ts'
import type { FormPart } from './schema/form-part.ts'
import { matchVariant } from './schema/match-variant.ts'

/** Returns the value after the user has entered again what each field of the form shows. */
export function throughForm(part: FormPart, value: unknown): unknown {
  if (value === undefined) return undefined
  switch (part.kind) {
    case 'text':
      return typeof value === 'string' ? retyped(value) : reread(value)
    case 'number':
      return typeof value === 'object' ? reread(value) : readNumber(JSON.stringify(value))
    case 'boolean':
      return [true, false].find((each) => each === value)
    case 'constant':
      return chosen([part.value], value)
    case 'choice':
      return chosen(part.values, value)
    case 'json':
      return reread(value)
    case 'union':
      return throughUnion(part, value)
    case 'list':
      return Array.from(Object(value), (item) => throughForm(part.item, item))
    case 'tuple':
      return throughTuple(part, value)
    case 'record':
      return throughObject({ kind: 'object', properties: [], rest: part.value }, value)
    case 'object':
      return throughObject(part, value)
  }
}

/** A control of the browser changes all line ends to `\n`. */
function retyped(text: string): unknown {
  const lineEnd = lineEndOf(text)
  if (lineEnd === undefined) return reread(text)
  return text.replaceAll(/\r\n?/g, '\n').replaceAll('\n', lineEnd)
}

function reread(value: unknown): unknown {
  const parsed = parseText(JSON.stringify(value, null, 2))
  return 'value' in parsed ? parsed.value : undefined
}

/** A value outside the choices stays, as a choice of its own. */
const chosen = (values: readonly unknown[], value: unknown) =>
  values.find((each) => JSON.stringify(each) === JSON.stringify(value)) ?? value

function throughUnion(part: FormPart & { readonly kind: 'union' }, value: unknown): unknown {
  const variant = part.variants[matchVariant(part.variants, value)]
  const changed = variant === undefined ? reread(value) : throughForm(variant, value)
  return part.shared === undefined ? changed : throughForm(part.shared, changed)
}

function throughTuple(part: FormPart & { readonly kind: 'tuple' }, value: unknown): unknown {
  const items: unknown[] = Array.from(Object(value))
  return items.reduce<readonly unknown[]>((list, item, index) => {
    const inner = part.items[index] ?? part.rest
    return inner === undefined ? list : withItem(list, index, throughForm(inner, item))
  }, items)
}

function throughObject(part: FormPart & { readonly kind: 'object' }, value: unknown): unknown {
  const record = isRecord(value) ? value : {}
  const named = new Map(part.properties.map(({ name, part: inner }) => [name, inner]))
  return Object.keys(record).reduce((changed, name) => {
    const inner = named.get(name) ?? part.rest
    if (inner === undefined) return changed
    return withMember(changed, name, throughForm(inner, memberOf(record, name)), false) ?? {}
  }, record)
}

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', ' ', 'null', '1', 'a\r\nb', 'a\nb\r\n', '\r'),
)
const anyNumber = fc.oneof(
  fc.maxSafeInteger(),
  fc.double({ noDefaultInfinity: true, noNaN: true }).filter((each) => !Number.isInteger(each)),
  fc.constantFrom(0, 1e21, 1e-7, 1e300),
)

/** Generates values that the form of a part can show. They need not be valid. */
export function valueOf(part: FormPart): fc.Arbitrary<unknown> {
  switch (part.kind) {
    case 'text':
      return anyText
    case 'number':
      return part.isInteger ? fc.maxSafeInteger() : anyNumber
    case 'boolean':
      return fc.boolean()
    case 'constant':
      return fc.constant(part.value)
    case 'choice':
      return fc.constantFrom(...part.values)
    case 'json':
      return fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value), safeNumber))
    case 'union':
      return fc.oneof(...part.variants.map(valueOf))
    case 'list':
      return fc.array(valueOf(part.item), { maxLength: 3 })
    case 'tuple':
      return fc.tuple(...part.items.map(valueOf))
    case 'record':
      return fc.dictionary(anyText, valueOf(part.value), { maxKeys: 3 })
    case 'object':
      return fc.record(
        Object.fromEntries(part.properties.map(({ name, part: inner }) => [name, valueOf(inner)])),
        { requiredKeys: [] },
      )
  }
}

/** Whole numbers beyond 2^53 are read as text. */
function safeNumber(_name: string, value: unknown): unknown {
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? 0 : value
}
