import type { ModelToolCall } from '../providers/model-provider.ts'

/** Ids of the calls of a run. Some models use the same id in several responses. */
export interface CallIds {
  /** Returns the id of a call of a step. It differs from the ids of the earlier steps. */
  of(id: string, step: number): string
  /** Returns the calls of a step with their ids. */
  assign(calls: readonly ModelToolCall[], step: number): ModelToolCall[]
}

/** Creates the ids of a run. `earlier` are the calls of the run that it continues. */
export function createCallIds(earlier: readonly ModelToolCall[]): CallIds {
  const used = new Set(earlier.map(({ id }) => id))
  const of = (id: string, step: number) => (used.has(id) ? `${id}-step-${step}` : id)
  return {
    of,
    assign(calls, step) {
      const assigned = calls.map((call) => ({ ...call, id: of(call.id, step) }))
      for (const { id } of assigned) used.add(id)
      return assigned
    },
  }
}
