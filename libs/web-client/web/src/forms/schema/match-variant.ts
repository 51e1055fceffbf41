import { isRecord } from '@mcp/protocol/light'

import type { FormPart } from './form-part.ts'

/** Returns the index of the variant that a value belongs to, or -1 if it belongs to none. */
export function matchVariant(variants: readonly FormPart[], value: unknown): number {
  if (value === undefined) return -1
  const scores = variants.map((variant) => scoreOf(variant, value))
  const best = Math.max(...scores)
  return best <= 0 ? -1 : scores.indexOf(best)
}

/** Returns a larger number for a closer match, and 0 for none. */
function scoreOf(part: FormPart, value: unknown): number {
  switch (part.kind) {
    case 'text':
      return typeof value === 'string' ? 1 : 0
    case 'number':
      return typeof value === 'number' && (!part.isInteger || Number.isInteger(value)) ? 1 : 0
    case 'boolean':
      return typeof value === 'boolean' ? 1 : 0
    case 'constant':
      return isSame(part.value, value) ? 2 : 0
    case 'choice':
      return part.values.some((choice) => isSame(choice, value)) ? 2 : 0
    case 'union':
      return Math.max(...part.variants.map((variant) => scoreOf(variant, value)))
    case 'list':
      return Array.isArray(value) ? 1 + share(value, (item) => scoreOf(part.item, item) > 0) : 0
    case 'tuple':
      return Array.isArray(value) ? 1 + shareOfTuple(part, value) : 0
    case 'record':
      return isRecord(value) ? 1 : 0
    case 'json':
      return 0.5
    case 'object':
      return isRecord(value) ? scoreOfObject(part, value) : 0
  }
}

function scoreOfObject(
  { properties }: FormPart & { readonly kind: 'object' },
  value: Readonly<Record<string, unknown>>,
): number {
  const isOther = properties.some(
    ({ name, part }) =>
      part.kind === 'constant' && Object.hasOwn(value, name) && !isSame(part.value, value[name]),
  )
  if (isOther) return 0
  const required = properties.filter(({ isRequired }) => isRequired)
  const fits = new Set(
    properties.flatMap(({ name, part }) =>
      Object.hasOwn(value, name) && scoreOf(part, value[name]) > 0 ? [name] : [],
    ),
  )
  // A value that the user is still entering has only some of the required properties.
  return (
    1 +
    share(required, ({ name }) => fits.has(name)) +
    share(Object.keys(value), (name) => fits.has(name))
  )
}

function shareOfTuple(
  { items, rest }: FormPart & { readonly kind: 'tuple' },
  value: readonly unknown[],
): number {
  const matching = value.filter((item, index) => {
    const part = items[index] ?? rest
    return part !== undefined && scoreOf(part, item) > 0
  })
  return matching.length / Math.max(value.length, 1)
}

/** Returns the share of the items that match, 1 without items. */
function share<Item>(items: readonly Item[], matches: (item: Item) => boolean): number {
  return items.length === 0 ? 1 : items.filter(matches).length / items.length
}

const isSame = (left: unknown, right: unknown) => JSON.stringify(left) === JSON.stringify(right)

/** Returns the value with which a user starts to enter a variant. It keeps the values of shared properties. */
export function startOf(part: FormPart, before?: unknown): unknown {
  switch (part.kind) {
    case 'constant':
      return part.value
    case 'object': {
      const old = isRecord(before) ? before : {}
      const entries = part.properties.flatMap(({ name, isRequired, part: inner }) => {
        if (inner.kind === 'constant') return isRequired ? [[name, inner.value] as const] : []
        return Object.hasOwn(old, name) ? [[name, old[name]] as const] : []
      })
      return Object.fromEntries(entries)
    }
    case 'list':
      return []
    case 'tuple':
      return part.items.map((item) => startOf(item) ?? null)
    case 'record':
      return {}
    case 'boolean':
      return false
    case 'text':
      return ''
    default:
      return undefined
  }
}
