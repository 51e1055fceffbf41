import { isRecord } from '@mcp/protocol'

const encoder = new TextEncoder()

/** Whether a JSON text is at most that many bytes of UTF-8. */
export function isWithinBytes(text: string, maxBytes: number): boolean {
  if (text.length > maxBytes) return false
  return text.length * 3 <= maxBytes || encoder.encode(text).byteLength <= maxBytes
}

/**
 * Whether a value's JSON is surely at most that many bytes. It counts upwards and stops early, which
 * costs a small result next to nothing; `false` means that only writing it can tell.
 */
export function isSurelyWithinBytes(value: unknown, maxBytes: number): boolean {
  return spend(value, maxBytes, 0) >= 0
}

const exhausted = -1
const deepest = 128
// The longest a character of a string can become: six bytes, as in `\u0000`.
const widestCharacter = 6
const widestNumber = 25

/** What is left of the budget after the value, or a negative number. */
function spend(value: unknown, budget: number, depth: number): number {
  switch (typeof value) {
    case 'string':
      return budget - value.length * widestCharacter - 2
    case 'object':
      if (depth > deepest) return exhausted
      if (Array.isArray(value)) return spendArray(value, budget, depth)
      return isRecord(value) ? spendRecord(value, budget, depth) : budget - widestNumber
    case 'bigint':
      // Not JSON: writing it fails, and that failure is the answer.
      return exhausted
    default:
      return budget - widestNumber
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
  // Three times as fast as `Object.entries`; a key it inherits is counted too, and does no harm.
  for (const key in value) {
    left = spend(value[key], left - key.length * widestCharacter - 4, depth + 1)
    if (left < 0) break
  }
  return left
}
