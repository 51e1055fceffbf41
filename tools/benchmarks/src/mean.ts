export function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length
}

/** Returns the standard error of the mean; 0 for a single number. */
export function standardError(numbers: readonly number[]): number {
  const middle = mean(numbers)
  const variance = mean(numbers.map((number) => (number - middle) ** 2))
  return Math.sqrt(variance / Math.max(1, numbers.length - 1))
}
