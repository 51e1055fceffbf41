import type { OperationDescription } from '@mcp/protocol'

import type { FieldError } from '../forms/check/check-value.ts'
import { checkValue } from '../forms/check/check-value.ts'
import type { Arguments } from './operation-call.ts'
import { splitArguments, targetArgument } from './operation-call.ts'

/** Checks arguments against the schemas of the operation. */
export function checkArguments(operation: OperationDescription, args: Arguments): FieldError[] {
  const { targetSchema, targetRequired, paramsSchema } = operation
  const { target, params } = splitArguments(operation, args)
  const name = targetArgument(operation)
  const errors = checkValue(paramsSchema, params)
  if (name === undefined || targetSchema === undefined) return errors
  if (target === undefined) {
    return targetRequired ? [{ path: [name], message: 'Required.' }, ...errors] : errors
  }
  const ofTarget = checkValue(targetSchema, target)
  return [...ofTarget.map(({ path, message }) => ({ path: [name, ...path], message })), ...errors]
}
