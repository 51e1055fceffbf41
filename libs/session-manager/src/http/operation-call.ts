import { didYouMean, isRecord, McpError, nearNames } from '@mcp/protocol'
import type { OperationDescription, ServerDescription } from '@mcp/protocol'

import type { PathParameters, RouteCall } from './route.ts'

/** An operation that a path addresses. */
export interface AddressedOperation {
  readonly operation: OperationDescription
  /** The target. Undefined if the caller may choose it, and the path has none. */
  readonly target: string | undefined
}

/**
 * Finds the operation of a path such as `/sessions/{id}/tools/calculator/add`. The path may omit the
 * target if the caller chooses it: the target is then one of the params.
 *
 * @throws McpError `not-found`.
 */
export function findOperation(
  servers: readonly ServerDescription[],
  { server: serverName = '', target, operation: name = '' }: PathParameters,
): AddressedOperation {
  const server = servers.find((each) => each.name === serverName)
  if (server === undefined) {
    throw notFound(
      'server',
      serverName,
      Array.from(servers, (each) => each.name),
    )
  }
  const inTarget = server.operations.filter(
    (each) => each.target === target || (each.target === undefined && target !== undefined),
  )
  if (inTarget.length === 0) {
    const targets = server.operations.flatMap((each) => each.target ?? [])
    throw notFound(`target of ${serverName}`, target ?? name, new Set(targets))
  }
  // An operation of this target has priority over an operation with a target that the caller chooses.
  const named = inTarget.filter((each) => each.operation === name)
  const operation = named.find((each) => each.target === target) ?? named[0]
  if (operation === undefined) {
    const owner = target === undefined ? serverName : `${serverName}/${target}`
    throw notFound(
      `operation of ${owner}`,
      name,
      Array.from(inTarget, (each) => each.operation),
    )
  }
  return { operation, target }
}

/** Returns the request envelope for the params of an operation. */
export function toEnvelope(
  { operation, target }: AddressedOperation,
  params: unknown,
  { request }: Pick<RouteCall, 'request'>,
): unknown {
  const { type, targetKey } = operation
  if (!isRecord(params)) {
    throw new McpError(
      'invalid-params',
      'Invalid body: must be a JSON object with the params of the operation.',
    )
  }
  const { [targetKey]: chosen, ...others } = params
  const addressed =
    target === undefined ? { [targetKey]: chosen, params: others } : { [targetKey]: target, params }
  return {
    id: request.header('idempotency-key'),
    type,
    payload: { ...addressed, operation: operation.operation },
  }
}

function notFound(what: string, name: string, known: Iterable<string>): McpError {
  const near = nearNames(name, known)
  return new McpError(
    'not-found',
    `No ${what} is named "${name.slice(0, 64)}"${didYouMean(near)} GET /openapi.json lists all paths.`,
    { details: { near } },
  )
}
