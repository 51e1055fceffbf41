import { isRecord } from '@mcp/protocol'

const encoder = new TextEncoder()

/** Returns whether a JSON text has at most `maxBytes` bytes of UTF-8. */
export function isWithinBytes(text: string, maxBytes: number): boolean {
  if (text.length > maxBytes) return false
  return text.length * 3 <= maxBytes || encoder.encode(text).byteLength <= maxBytes
}

/**
 * Returns true if the JSON of a value certainly has at most `maxBytes` bytes. The function does not
 * serialize the value. It adds upper bounds of the sizes of its parts, until the sum exceeds
 * `maxBytes`. If it returns false, the value must be serialized to know its size.
 */
export function isSurelyWithinBytes(value: unknown, maxBytes: number): boolean {
  return spend(value, maxBytes, 0) >= 0
}

const exhausted = -1
const maxDepth = 128
// One character of a string takes at most six bytes, as in `\u0000`.
const maxCharacterBytes = 6
const maxNumberBytes = 25

/** Returns the bytes of the budget that remain after the value. Negative if the value may not fit. */
function spend(value: unknown, budget: number, depth: number): number {
  switch (typeof value) {
    case 'string':
      return budget - value.length * maxCharacterBytes - 2
    case 'object':
      if (depth > maxDepth) return exhausted
      if (Array.isArray(value)) return spendArray(value, budget, depth)
      return isRecord(value) ? spendRecord(value, budget, depth) : budget - maxNumberBytes
    case 'bigint':
      // A bigint cannot be serialized. The caller then serializes the value, which throws an error.
      return exhausted
    default:
      return budget - maxNumberBytes
  }
}

function spendArray(items: readonly unknown[], budget: number, depth: number): number {
  let left = budget - 2
  for (let index = 0; index < items.length && left >= 0; index++) {
    left = spend(items[index], left - 1, depth + 1)
  }
  return left
}

function spendRecord(value: Readonly<Record<string, unknown>>, budget: number, depth: number) {
  if ('toJSON' in value) return exhausted
  let left = budget - 2
  // `for…in` is three times as fast as `Object.entries`. It also visits inherited keys, but these only
  // increase the upper bound.
  for (const key in value) {
    left = spend(value[key], left - key.length * maxCharacterBytes - 4, depth + 1)
    if (left < 0) break
  }
  return left
}
