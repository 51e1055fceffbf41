import type { ServerListing } from '@mcp/protocol'

import type { AddedKind } from './add-steps.ts'
import { codeName } from './add-steps.ts'

/** A tool or a server in the catalogue. */
export interface Added {
  readonly operations: number
  /** Server and path of its first operation, for the console. */
  readonly first: readonly [server: string, path: string] | undefined
}

/** Returns the tool or the server of a name, if the catalogue has it. */
export function findAdded(
  servers: readonly ServerListing[],
  kind: AddedKind,
  name: string,
): Added | undefined {
  if (kind === 'server') {
    const server = servers.find((each) => each.name === name)
    const [first] = server?.operations ?? []
    if (server === undefined || first === undefined) return undefined
    const { target, operation } = first
    const path = target === undefined || target === name ? operation : `${target}.${operation}`
    return { operations: server.operations.length, first: [name, path] }
  }
  const tool = codeName(name)
  for (const { name: server, operations } of servers) {
    const found = operations.filter(
      ({ type, target }) => type === 'tool-execution' && target === tool,
    )
    const [first] = found
    if (first === undefined) continue
    return { operations: found.length, first: [server, `${tool}.${first.operation}`] }
  }
  return undefined
}
