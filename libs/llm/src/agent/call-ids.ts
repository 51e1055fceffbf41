import type { ModelToolCall } from '../providers/model-provider.ts'

/**
 * Ids of the calls of a conversation. Some models use the same id in several responses, or several times in one.
 * References to results, approvals and the ids of requests contain the id of their call.
 */
export interface CallIds {
  /** Returns the id of a call of a step. It differs from the ids of the earlier steps. */
  of(id: string, step: number): string
  /** Returns the calls of a step with their ids, which are unique in the conversation. */
  assign(calls: readonly ModelToolCall[], step: number): ModelToolCall[]
}

/** Creates the ids of a run. `earlier` are all calls of the conversation before it. */
export function createCallIds(earlier: readonly ModelToolCall[]): CallIds {
  const used = new Set(earlier.map(({ id }) => id))

  function of(id: string, step: number): string {
    if (!used.has(id)) return id
    const inStep = `${id}-step-${step}`
    let unique = inStep
    for (let number = 2; used.has(unique); number++) unique = `${inStep}-${number}`
    return unique
  }

  return {
    of,
    assign: (calls, step) =>
      calls.map((call) => {
        const id = of(call.id, step)
        used.add(id)
        return { ...call, id }
      }),
  }
}
