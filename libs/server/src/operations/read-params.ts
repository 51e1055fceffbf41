import type { Issue } from '@mcp/protocol'
import { isRecord, issuesOf } from '@mcp/protocol'
import * as z from 'zod'

import { invalidParams } from '../errors/invalid-params.ts'
import type { OperationRow } from './operation-table.ts'

type Payload = Readonly<Record<string, unknown>>

/**
 * Parses the params of a request with the operation's schema.
 *
 * @throws McpError `invalid-params`. The paths of its issues start at the request envelope.
 */
export function readParams(row: OperationRow, payload: Payload): unknown {
  const flat = row.isAlias ? payload : addTarget(row, payload)
  const parsed = z.safeParse(row.operation.params, flat)
  if (parsed.success) return parsed.data
  throw invalidParams(
    row.label,
    issuesOf(parsed.error.issues).map((issue) => toWireIssue(issue, row)),
  )
}

/**
 * Returns the params with the target. The schema declares the target as one of the params, but a
 * request has the target next to the params.
 */
function addTarget({ label, targetParam }: OperationRow, payload: Payload): Payload {
  const params = payload['params'] ?? {}
  if (!isRecord(params)) {
    throw invalidParams(label, [{ path: ['payload', 'params'], message: 'must be an object' }])
  }
  if (targetParam === undefined) return params
  const target = payload[targetParam]
  if (target !== undefined) return { ...params, [targetParam]: target }
  if (!Object.hasOwn(params, targetParam)) return params
  // Authorization and routing read the target next to the params, so a target inside the params must
  // not be used. It must not be ignored either, because a call without a target can affect more than
  // the caller intended, for example the whole cache instead of the cache of one page.
  throw invalidParams(label, [
    {
      path: ['payload', 'params', targetParam],
      message: 'must be beside "operation", not inside "params"',
    },
  ])
}

function toWireIssue({ path, message }: Issue, row: OperationRow): Issue {
  const isBesideParams =
    row.isAlias || (row.targetParam !== undefined && path[0] === row.targetParam)
  return { path: ['payload', ...(isBesideParams ? [] : ['params']), ...path], message }
}
