import type { OperationDescription, RequestEnvelope } from '@mcp/protocol'

/** The operations of one server, found in three look-ups. */
export type OperationTable = (request: RequestEnvelope) => OperationDescription | undefined

interface OperationEntry {
  /** The one whose target the caller names. */
  any: OperationDescription | undefined
  readonly targetKey: string
  readonly byTarget: Map<string, OperationDescription>
}

export function createOperationTable(operations: readonly OperationDescription[]): OperationTable {
  const types = new Map<string, Map<string, OperationEntry>>()
  for (const description of operations) {
    const { type, operation, target, targetKey } = description
    let byName = types.get(type)
    if (byName === undefined) types.set(type, (byName = new Map()))
    let entry = byName.get(operation)
    if (entry === undefined) {
      byName.set(operation, (entry = { any: undefined, targetKey, byTarget: new Map() }))
    }
    if (target === undefined) entry.any = description
    else entry.byTarget.set(target, description)
  }

  return ({ type, payload }) => {
    const name = payload['operation']
    const entry = typeof name === 'string' ? types.get(type)?.get(name) : undefined
    if (entry === undefined) return undefined
    const target = payload[entry.targetKey]
    return (typeof target === 'string' ? entry.byTarget.get(target) : undefined) ?? entry.any
  }
}
