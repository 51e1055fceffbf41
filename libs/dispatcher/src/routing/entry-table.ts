import type { RequestEnvelope, Route, ServerDescription } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'

import type { RouteTable } from './route-table.ts'
import { createRouteTable } from './route-table.ts'
import type { ServerEntry } from './server-entry.ts'

/** The registered servers by name, and the index of their routes. */
export interface EntryTable {
  readonly get: (name: string) => ServerEntry | undefined
  readonly has: (entry: ServerEntry) => boolean
  readonly entries: () => ServerEntry[]
  readonly find: (request: RequestEnvelope) => ServerEntry | undefined
  /** Returns the error for a request that no server handles. */
  readonly explain: (request: RequestEnvelope) => McpError
  /** Returns the error if another server claims one of the routes in the description. */
  readonly conflictOf: (name: string, description: ServerDescription) => McpError | undefined
  /** Registers an entry. Throws `conflict` if another entry has its name or handles one of its routes. */
  readonly insert: (entry: ServerEntry) => void
  /** Registers the entry under its name, and returns the previous entry with this name, if any. */
  readonly replace: (entry: ServerEntry) => ServerEntry | undefined
  /** Indexes an entry again after its description has changed. */
  readonly update: (entry: ServerEntry) => void
  readonly delete: (entry: ServerEntry) => void
}

export function createEntryTable(): EntryTable {
  const byName = new Map<string, ServerEntry>()
  let routes: RouteTable<ServerEntry> = createRouteTable([])

  const has = (entry: ServerEntry): boolean => byName.get(entry.name) === entry
  const entries = (): ServerEntry[] => [...byName.values()]
  const rebuild = (): void => {
    routes = createRouteTable(byName.values())
  }

  return {
    get: (name) => byName.get(name),
    has,
    entries,
    find: (request) => routes.find(request),
    explain: (request) => routes.explain(request),
    conflictOf(name, { routes: claimed }) {
      const others = entries().filter((other) => other.name !== name)
      try {
        refuseTakenTargets(name, claimed, others)
        createRouteTable([...others, { name, routes: claimed, provisional: [] }])
        return undefined
      } catch (error) {
        return McpError.from(error)
      }
    },
    insert(entry) {
      if (byName.has(entry.name)) {
        throw new McpError(
          'conflict',
          `A server named "${entry.name}" already exists. Replace it, or choose another name.`,
          { details: { reason: 'name-taken', server: entry.name } },
        )
      }
      refuseTakenTargets(entry.name, entry.routes, entries())
      byName.set(entry.name, entry)
      rebuild()
    },
    replace(entry) {
      const previous = byName.get(entry.name)
      byName.set(entry.name, entry)
      rebuild()
      return previous
    },
    update(entry) {
      // The name of a remote server without a configured name is known only from its description.
      const name = entry.replicas[0]?.server.name ?? entry.name
      if (!byName.has(name)) {
        byName.delete(entry.name)
        entry.name = name
        byName.set(name, entry)
      }
      rebuild()
    },
    delete(entry) {
      if (has(entry)) byName.delete(entry.name)
      rebuild()
    },
  }
}

/**
 * An exact target takes precedence over the route of a whole type. A server must not claim a target
 * that another server has in one of its operations, because it would take over the requests of the
 * operation.
 *
 * @throws McpError `conflict`
 */
function refuseTakenTargets(
  name: string,
  routes: readonly Route[],
  others: readonly ServerEntry[],
): void {
  for (const { type, targetKey, targets = [] } of routes) {
    for (const other of others) {
      const taken = other.description?.operations.find(
        (operation) =>
          operation.type === type &&
          operation.target !== undefined &&
          targets.includes(operation.target),
      )?.target
      if (taken === undefined) continue
      throw new McpError(
        'conflict',
        `"${name}" claims ${type} with ${targetKey} "${taken}", which "${other.name}" handles. Choose another name.`,
        { details: { reason: 'route-taken', servers: [other.name, name] } },
      )
    }
  }
}
