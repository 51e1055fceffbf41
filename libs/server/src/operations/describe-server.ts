import type { OperationDescription, Route, Schema, ServerDescription } from '@mcp/protocol'
import { describeOperation, readResultName, toJsonSchema } from '@mcp/protocol'

import type { OperationGroup } from './operation-group.ts'
import { readResult } from '../results/read-result.ts'

export interface DescribedServer {
  readonly name: string
  readonly source: string
  readonly version: string
  readonly groups: readonly OperationGroup[]
  readonly notifications: Readonly<Record<string, Schema>>
  /**
   * Routes that the server handles. Default: one route for each request type and each alias of it. The route of
   * a type lists the targets of all groups with this type. It lists no targets, and so matches every target, if
   * one of these groups has no fixed target. The route of an alias lists none either.
   */
  readonly routes?: readonly Route[] | undefined
}

/** Describes a server as plain data. */
export function describeServer(server: DescribedServer): ServerDescription {
  const { name, source, version, groups, notifications } = server
  return {
    name,
    source,
    version,
    routes: server.routes ?? toRoutes(groups),
    operations: [...groups.flatMap(describeGroup), ...describeReadResult(groups)],
    notifications: Object.fromEntries(
      Object.entries(notifications).map(([type, schema]) => [type, toJsonSchema(schema, 'output')]),
    ),
  }
}

function describeGroup(group: OperationGroup): OperationDescription[] {
  return Object.entries(group.operations).map(([name, operation]) =>
    describeOperation(name, operation, group),
  )
}

/**
 * Describes `readResult` once for each request type, with the target of the first group of the type.
 * A request for `readResult` may name any target of the type.
 */
function describeReadResult(groups: readonly OperationGroup[]): OperationDescription[] {
  const firstByType = new Map(groups.toReversed().map((group) => [group.type, group]))
  return Array.from(firstByType.values())
    .filter(({ operations }) => !Object.hasOwn(operations, readResultName))
    .toReversed()
    .map((group) => describeOperation(readResultName, readResult, group))
}

function toRoutes(groups: readonly OperationGroup[]): Route[] {
  const byType = new Map<string, OperationGroup[]>()
  for (const group of groups) {
    for (const type of [group.type, ...Object.keys(group.aliases ?? {})]) {
      byType.set(type, [...(byType.get(type) ?? []), group])
    }
  }
  return Array.from(byType, ([type, typeGroups]) => {
    const targetKey = typeGroups[0]?.targetKey ?? ''
    const targets = typeGroups.flatMap(({ target }) => (target === undefined ? [] : [target]))
    const handlesAllTargets = typeGroups.some(
      (group) => group.target === undefined || group.type !== type,
    )
    return handlesAllTargets
      ? { type, targetKey }
      : { type, targetKey, targets: [...new Set(targets)] }
  })
}
