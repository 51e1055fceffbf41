import type { SavedCallList } from '@mcp/protocol/rest'

import type { CatalogueEntry } from '../catalogue.ts'
import type { Arguments } from '../operation-call.ts'
import { requestArguments } from '../operation-call.ts'

/** A saved call with the operation that it calls. */
export interface SavedEntry {
  readonly name: string
  readonly description: string
  /** Undefined if no server has the operation, or if the call is not valid. */
  readonly call?: { readonly entry: CatalogueEntry; readonly args: Arguments }
  readonly problem?: string
}

/** Returns the saved calls with their operations. */
export function savedEntries(
  { calls, invalid }: SavedCallList = { calls: [], invalid: [] },
  entries: readonly CatalogueEntry[],
): SavedEntry[] {
  const valid = calls.map(({ name, description = '', type, payload }): SavedEntry => {
    const found = entries.find(({ operation }) => {
      const { target, targetKey } = operation
      const isTarget = target === undefined || payload[targetKey] === target
      return (
        operation.type === type && isTarget && requestArguments(operation, payload) !== undefined
      )
    })
    const args = found && requestArguments(found.operation, payload)
    return found === undefined || args === undefined
      ? { name, description, problem: 'No server has this operation.' }
      : { name, description, call: { entry: found, args } }
  })
  return [...valid, ...invalid.map((each) => ({ ...each, description: '' }))]
}
