import type { ServerListing } from '@mcp/protocol'
import { didYouMean, nearNames } from '@mcp/protocol/light'

import { usageError } from '../output/exit-codes.ts'
import type { CatalogueEntry } from '../remote/catalogue.ts'
import { entriesOf } from '../remote/catalogue.ts'

export interface FoundOperation {
  readonly entry: CatalogueEntry
  /** The target that the name contains, such as `workspace` in `roots.workspace.readFile`. */
  readonly target: string | undefined
}

/**
 * Finds the operation with a name such as `tools.calculator.add`, `database.query`, or
 * `roots.workspace.readFile`, which also names the target.
 *
 * @throws McpError The problem with the similar names.
 */
export function findOperation(servers: readonly ServerListing[], name: string): FoundOperation {
  const all = entriesOf(servers)
  const [server = '', ...rest] = name.split('.')
  const operation = rest.pop()
  const entries = all.filter((entry) => entry.server === server)
  if (operation === undefined || entries.length === 0) {
    throw usageError(`Unknown operation "${name}"${didYouMean(similar(name, all, servers))}`)
  }
  const named = entries.filter((entry) => entry.operation === operation)
  if (rest.length === 0) {
    const exact = named.find((entry) => entry.name === name) ?? named[0]
    const others = named.filter((entry) => entry.name !== exact?.name)
    if (exact !== undefined && (exact.name === name || others.length === 0)) {
      return { entry: exact, target: exact.target }
    }
    if (named.length > 1) {
      const names = named.map((entry) => entry.name).join(', ')
      throw usageError(`"${name}" is the name of several operations: ${names}.`)
    }
  } else {
    const target = rest.join('.')
    const entry =
      named.find((each) => each.target === target) ??
      named.find((each) => each.target === undefined && each.targetSchema !== undefined)
    if (entry !== undefined) return { entry, target }
  }
  throw usageError(`Unknown operation "${name}"${didYouMean(similar(name, entries, servers))}`)
}

function similar(
  name: string,
  entries: readonly CatalogueEntry[],
  servers: readonly ServerListing[],
): string[] {
  const names = entries.map((entry) => entry.name)
  const last = name.slice(name.lastIndexOf('.') + 1).toLowerCase()
  const sameEnd = entries.filter(({ operation }) => operation.toLowerCase() === last)
  const [server = ''] = name.split('.')
  const nearServers = nearNames(
    server,
    servers.map((each) => each.name),
  ).map((near) => [near, ...name.split('.').slice(1)].join('.'))
  const found = [
    ...nearServers.filter((near) => names.includes(near)),
    ...nearNames(name, names),
    ...sameEnd.map((entry) => entry.name),
    ...nearOperations(last, entries),
  ]
  return Array.from(new Set(found)).slice(0, 3)
}

function nearOperations(last: string, entries: readonly CatalogueEntry[]): string[] {
  const near = nearNames(
    last,
    entries.map(({ operation }) => operation),
  )
  return entries.filter(({ operation }) => near.includes(operation)).map(({ name }) => name)
}
