/** The work that waits for its turn. */
const waiting: (() => void)[] = []

/**
 * Runs expensive work, such as joining and parsing the chunks of a large body, in its own turn of the event
 * loop. If one caller sends many large bodies at once, the small requests of other callers then wait for the
 * work on one body instead of all bodies. The order of the work is kept.
 */
export function runInOwnTurn(work: () => void): void {
  waiting.push(work)
  if (waiting.length === 1) setImmediate(runNext)
}

function runNext(): void {
  const work = waiting.shift()
  // An immediate that an immediate schedules runs in the next turn, even if the work throws.
  if (waiting.length > 0) setImmediate(runNext)
  work?.()
}
