/** The work that waits for its turn. */
const waiting: (() => void)[] = []

/**
 * Runs expensive work, such as joining and parsing the chunks of a large body, in a turn of the event loop of
 * its own. A caller that sends many large bodies at once would otherwise hold up the small requests of others
 * for the time of all of them instead of one. The order is kept.
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
