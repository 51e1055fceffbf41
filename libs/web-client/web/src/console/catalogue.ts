import type { OperationDescription, ServerListing } from '@mcp/protocol'

import { operationName } from './operation-call.ts'

/** An operation and the server that has it. */
export interface CatalogueEntry {
  readonly server: string
  /** Full name, such as `tools.calculator.add`. */
  readonly name: string
  /** Name without the server, which identifies the operation in addresses: `calculator.add`. */
  readonly path: string
  readonly operation: OperationDescription
}

/** A group of operations in the tree: a server, or a tool with a fixed target. */
export interface CatalogueGroup {
  readonly title: string
  readonly server: string
  readonly entries: readonly CatalogueEntry[]
}

/** Returns the operations of all servers, in the order of the catalogue. */
export function entriesOf(servers: readonly ServerListing[]): CatalogueEntry[] {
  return servers.flatMap(({ name: server, operations }) =>
    operations.map((operation) => {
      const name = operationName(server, operation)
      return { server, name, path: name.slice(server.length + 1), operation }
    }),
  )
}

/** Groups operations by server and, within a server, by their fixed target. */
export function groupsOf(entries: readonly CatalogueEntry[]): CatalogueGroup[] {
  const groups = Map.groupBy(entries, ({ server, operation: { target } }) =>
    target === undefined || target === server ? server : `${server}.${target}`,
  )
  return Array.from(groups, ([title, members]) => ({
    title,
    server: members[0]?.server ?? title,
    entries: members,
  }))
}
