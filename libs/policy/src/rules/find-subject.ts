import type { ServerDescription } from '@mcp/protocol'

import type { PolicySubject } from './subject.ts'
import { subjectOf, unknownSubject } from './subject.ts'

/**
 * Returns the subject for the name of an operation, such as `query`, or `calculator.add` with a target.
 * An operation that no server has described counts as risky.
 */
export function findSubject(
  servers: readonly Pick<ServerDescription, 'name' | 'operations'>[],
  serverName: string,
  operation: string,
  target?: unknown,
): PolicySubject {
  const operations = servers.find(({ name }) => name === serverName)?.operations ?? []
  const named = operations.filter(
    (each) =>
      each.operation === operation || `${each.target ?? ''}.${each.operation}` === operation,
  )
  const found = named.find((each) => each.target === target) ?? named[0]
  return found === undefined ? unknownSubject(serverName, operation) : subjectOf(serverName, found)
}
