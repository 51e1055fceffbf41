import { mean, median, standardError } from '../statistics.ts'
import { startSide } from '../side.ts'

export interface EntriesCost {
  /** CPU time that the two entries of a request add to it, in microseconds. */
  readonly addedUs: number
  /** Standard error of `addedUs`. */
  readonly errorUs: number
}

export interface EntriesOptions {
  readonly processes: number
  readonly parameters: (process: number) => readonly string[]
  readonly rounds: number
  readonly requests: number
}

/**
 * Measures what the two entries of a request in the activity of its session add to its CPU time. Without HTTP,
 * a difference of 0.1 µs can be measured: with it, two hubs without activity differ by 2 µs.
 */
export async function measureEntries(options: EntriesOptions): Promise<EntriesCost> {
  const { processes, parameters, rounds, requests } = options
  const added: number[] = []
  for (let process = 0; process < processes; process++) {
    added.push(await measureProcess(parameters(process), rounds, requests))
  }
  return { addedUs: mean(added), errorUs: standardError(added) }
}

async function measureProcess(parameters: readonly string[], rounds: number, requests: number) {
  const side = await startSide('activity-entries', parameters)
  const names = ['with', 'without']
  try {
    for (const name of [...names, ...names]) await side.order(name, requests)
    const added: number[] = []
    for (let round = 0; round < rounds; round++) {
      const costs = new Map<string, number>()
      for (const name of round % 2 === 0 ? names : names.toReversed()) {
        costs.set(name, await side.order(name, requests))
      }
      added.push((costs.get('with') ?? Number.NaN) - (costs.get('without') ?? Number.NaN))
    }
    return median(added) / 1000
  } finally {
    await side.stop()
  }
}
