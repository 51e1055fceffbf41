import { isRecord } from '@mcp/protocol'

const ranks = ['boolean', 'number', 'string', 'object']

/**
 * Compares any two JSON values. Numbers are compared by size, strings by code unit, other values by
 * their JSON. Values of different types are ordered by type. Null and absent values sort last.
 */
export function compareValues(left: unknown, right: unknown): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right
  if (typeof left === 'string' && typeof right === 'string') return compareTexts(left, right)
  return rank(left) - rank(right) || compareTexts(keyOf(left), keyOf(right))
}

/** Returns a key for a value. Equal values have the same key, regardless of the order of their properties. */
export function keyOf(value: unknown): string {
  return value === undefined ? '' : JSON.stringify(value, (_key, item: unknown) => sorted(item))
}

function sorted(value: unknown): unknown {
  if (!isRecord(value)) return value
  const entries = Object.entries(value)
  return Object.fromEntries(entries.toSorted(([left], [right]) => compareTexts(left, right)))
}

function rank(value: unknown): number {
  return value === undefined || value === null ? ranks.length : ranks.indexOf(typeof value)
}

function compareTexts(left: string, right: string): number {
  if (left === right) return 0
  return left < right ? -1 : 1
}
