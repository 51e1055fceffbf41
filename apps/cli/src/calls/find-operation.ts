import { findOperation as findByName } from '@mcp/direct-forms/light'
import type { ServerListing } from '@mcp/protocol'

import { usageError } from '../output/exit-codes.ts'
import type { CatalogueEntry } from '../remote/catalogue.ts'
import { entriesOf } from '../remote/catalogue.ts'

export interface FoundOperation {
  readonly entry: CatalogueEntry
  /** Target of the operation, or the target in the name, such as `workspace` in `roots.workspace.readFile`. */
  readonly target: string | undefined
}

/** @throws McpError with similar names if no operation, or more than one, has this name. */
export function findOperation(servers: readonly ServerListing[], name: string): FoundOperation {
  const operation = findByName(name, entriesOf(servers))
  if ('problem' in operation) throw usageError(operation.problem)
  return { entry: operation.found, target: operation.target }
}
