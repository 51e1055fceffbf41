import { median } from '../statistics.ts'
import { startSide } from '../side.ts'

export interface PolicyFigures {
  /** CPU time of a decision, on average over one request for each rule, in nanoseconds. */
  readonly averageNs: number
  /** CPU time of a decision that tries all conditions of the rules of its server, in nanoseconds. */
  readonly allConditionsNs: number
}

/** Measures decisions of a policy of 60 rules with a condition each. */
export async function measurePolicy(decisions: number, rounds: number): Promise<PolicyFigures> {
  const side = await startSide('policy')
  const average: number[] = []
  const allConditions: number[] = []
  try {
    for (const name of ['decide', 'decideLast']) await side.order(name, decisions)
    for (let round = 0; round < rounds; round++) {
      average.push(await side.order('decide', decisions))
      allConditions.push(await side.order('decideLast', decisions))
    }
  } finally {
    await side.stop()
  }
  return { averageNs: median(average), allConditionsNs: median(allConditions) }
}
