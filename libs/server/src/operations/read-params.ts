import type { Issue } from '@mcp/protocol'
import { isRecord, issuesOf } from '@mcp/protocol'
import * as z from 'zod'

import { invalidParams } from '../errors/invalid-params.ts'
import type { OperationRow } from './operation-table.ts'

type Payload = Readonly<Record<string, unknown>>

/**
 * The params of a call, as its schema reads them.
 *
 * @throws McpError `invalid-params`, whose issues point to where each value stands on the wire.
 */
export function readParams(row: OperationRow, payload: Payload): unknown {
  const flat = row.isAlias ? payload : joinTarget(row, payload)
  const parsed = z.safeParse(row.operation.params, flat)
  if (parsed.success) return parsed.data
  throw invalidParams(
    row.label,
    issuesOf(parsed.error.issues).map((issue) => placeIssue(issue, row)),
  )
}

/** In the schema the target is one of the params; on the wire it stands beside them. */
function joinTarget({ label, joinedKey }: OperationRow, payload: Payload): Payload {
  const params = payload['params'] ?? {}
  if (!isRecord(params)) {
    throw invalidParams(label, [{ path: ['payload', 'params'], message: 'must be an object' }])
  }
  if (joinedKey === undefined) return params
  const target = payload[joinedKey]
  if (target !== undefined) return { ...params, [joinedKey]: target }
  if (!Object.hasOwn(params, joinedKey)) return params
  // Whoever guards or routes by the target reads it beside the params, so here it must not count. Left
  // out in silence it would widen the call, from one page's cache to all of it.
  throw invalidParams(label, [
    {
      path: ['payload', 'params', joinedKey],
      message: 'belongs beside "operation", not into "params"',
    },
  ])
}

function placeIssue({ path, message }: Issue, row: OperationRow): Issue {
  const isBesideParams = row.isAlias || (row.joinedKey !== undefined && path[0] === row.joinedKey)
  return { path: ['payload', ...(isBesideParams ? [] : ['params']), ...path], message }
}
