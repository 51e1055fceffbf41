import type { OperationDescription, RequestEnvelope } from '@mcp/protocol'

/** Returns the operation that a request runs, if the description of the server lists it. */
export type OperationTable = (request: RequestEnvelope) => OperationDescription | undefined

interface OperationEntry {
  /** The operation for requests whose target is missing or not in `byTarget`. */
  anyTarget: OperationDescription | undefined
  readonly targetKey: string
  readonly byTarget: Map<string, OperationDescription>
}

/** Indexes the operations of a server by type, name and target. */
export function createOperationTable(operations: readonly OperationDescription[]): OperationTable {
  const types = new Map<string, Map<string, OperationEntry>>()
  for (const description of operations) {
    const { type, operation, target, targetKey } = description
    let byName = types.get(type)
    if (byName === undefined) types.set(type, (byName = new Map()))
    let entry = byName.get(operation)
    if (entry === undefined) {
      byName.set(operation, (entry = { anyTarget: undefined, targetKey, byTarget: new Map() }))
    }
    if (target === undefined) entry.anyTarget = description
    else entry.byTarget.set(target, description)
  }

  return ({ type, payload }) => {
    const name = payload['operation']
    const entry = typeof name === 'string' ? types.get(type)?.get(name) : undefined
    if (entry === undefined) return undefined
    const target = payload[entry.targetKey]
    return (typeof target === 'string' ? entry.byTarget.get(target) : undefined) ?? entry.anyTarget
  }
}
