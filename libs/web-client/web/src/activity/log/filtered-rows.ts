import type { ActivityLog } from './activity-recorder.ts'
import type { Filter } from './filter.ts'

/** The exchanges that a filter selects. */
export interface Rows {
  readonly count: number
  /** Returns the number of the exchange of a row. */
  readonly numberAt: (row: number) => number | undefined
  /** Returns the row of an exchange, or the row at which it would be. */
  readonly rowOf: (number: number) => number
}

/**
 * Creates the selection of exchanges. After entries were added, only the exchanges that have changed are
 * filtered again.
 */
export function createFilteredRows() {
  let log: ActivityLog | undefined
  let filter: Filter | undefined
  let version = 0
  /**
   * Numbers of the selected exchanges, in order. The exchanges with the numbers before `start` no longer
   * exist.
   */
  let numbers: number[] = []
  let start = 0

  function rowOf(number: number): number {
    let low = start
    let high = numbers.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((numbers[middle] ?? Infinity) < number) low = middle + 1
      else high = middle
    }
    return low - start
  }

  function selectAll(of: ActivityLog, matches: Filter): void {
    numbers = []
    start = 0
    for (let number = of.first(); number < of.end(); number++) {
      const exchange = of.at(number)
      if (exchange !== undefined && matches(exchange)) numbers.push(number)
    }
  }

  function update(of: ActivityLog, matches: Filter, number: number): void {
    const exchange = of.at(number)
    const isSelected = exchange !== undefined && matches(exchange)
    const index = start + rowOf(number)
    const isPresent = numbers[index] === number
    if (isSelected && !isPresent) numbers.splice(index, 0, number)
    if (!isSelected && isPresent) numbers.splice(index, 1)
  }

  function removeOldest(first: number): void {
    start += rowOf(first)
    if (start <= numbers.length / 2) return
    numbers = numbers.slice(start)
    start = 0
  }

  return {
    select(of: ActivityLog, matches: Filter): Rows {
      const changes = of === log && matches === filter ? of.changesSince(version) : undefined
      if (changes === undefined) selectAll(of, matches)
      else {
        for (const number of changes) update(of, matches, number)
        removeOldest(of.first())
      }
      log = of
      filter = matches
      version = of.version()
      return {
        count: numbers.length - start,
        numberAt: (row) => numbers[start + row],
        rowOf,
      }
    },
  }
}
