const ranks = ['boolean', 'number', 'string', 'object']

/** Orders any two JSON values: numbers by size, texts by code; kinds apart; nothing comes last. */
export function compareValues(left: unknown, right: unknown): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right
  if (typeof left === 'string' && typeof right === 'string') return compareTexts(left, right)
  return rank(left) - rank(right) || compareTexts(keyOf(left), keyOf(right))
}

/** A text that is the same for values that are the same. */
export function keyOf(value: unknown): string {
  return value === undefined ? '' : JSON.stringify(value)
}

function rank(value: unknown): number {
  return value === undefined || value === null ? ranks.length : ranks.indexOf(typeof value)
}

function compareTexts(left: string, right: string): number {
  if (left === right) return 0
  return left < right ? -1 : 1
}
