import type { Issue } from '@mcp/protocol'
import { didYouMean, isRecord, issuesOf, nearNames } from '@mcp/protocol'
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
  if (parsed.success) {
    if (!row.isAlias) refuseUnknown(row, flat)
    return parsed.data
  }
  throw invalidParams(
    row.label,
    issuesOf(parsed.error.issues).map((issue) => toWireIssue(issue, row)),
  )
}

/**
 * Refuses parameters that the schema does not declare. The schema would remove them, so a misspelt
 * optional parameter would have no effect.
 */
function refuseUnknown(row: OperationRow, flat: Payload): void {
  const { label, targetParam } = row
  const { params } = row.operation
  if (!(params instanceof z.ZodObject) || params.def.catchall !== undefined) return
  const { shape } = params
  for (const key of Object.keys(flat)) {
    if (Object.hasOwn(shape, key) || key === targetParam) continue
    const near = nearNames(key, Object.keys(shape))
    const message = `unknown parameter${near.length === 0 ? '' : didYouMean(near)}`
    throw invalidParams(label, [{ path: ['payload', 'params', key], message }])
  }
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
