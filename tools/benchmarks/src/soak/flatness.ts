/** A value at a time. */
export interface Sample {
  /** In seconds. */
  readonly at: number
  readonly value: number
}

/** Growth that still counts as flat: the larger of a share of the mean and an absolute value. */
export interface Tolerance {
  readonly share: number
  readonly absolute: number
}

export interface Flatness {
  readonly mean: number
  /** Growth over the second half of the time, by a linear regression. */
  readonly growth: number
  readonly isFlat: boolean
}

/** Judges the second half of some samples. In the first half, caches and logs fill. */
export function judgeFlatness(samples: readonly Sample[], tolerance: Tolerance): Flatness {
  const late = samples.slice(Math.floor(samples.length / 2))
  const meanAt = mean(late.map(({ at }) => at))
  const meanValue = mean(late.map(({ value }) => value))
  let covariance = 0
  let variance = 0
  for (const { at, value } of late) {
    covariance += (at - meanAt) * (value - meanValue)
    variance += (at - meanAt) ** 2
  }
  const seconds = (late.at(-1)?.at ?? 0) - (late[0]?.at ?? 0)
  const growth = variance === 0 ? 0 : (covariance / variance) * seconds
  const allowed = Math.max(meanValue * tolerance.share, tolerance.absolute)
  return { mean: meanValue, growth, isFlat: growth <= allowed }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
}
