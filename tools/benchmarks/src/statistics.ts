/** Returns the median of some numbers. */
export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((left, right) => left - right)
  const middle = sorted.length / 2
  const low = sorted[Math.ceil(middle) - 1] ?? Number.NaN
  const high = sorted[Math.floor(middle)] ?? Number.NaN
  return (low + high) / 2
}

/** Returns the arithmetic mean. */
export function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length
}

/** Returns the standard error of the mean; 0 for a single number. */
export function standardError(numbers: readonly number[]): number {
  const middle = mean(numbers)
  const variance = mean(numbers.map((number) => (number - middle) ** 2))
  return Math.sqrt(variance / Math.max(1, numbers.length - 1))
}
