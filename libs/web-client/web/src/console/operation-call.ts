import type { JsonSchema, OperationDescription } from '@mcp/protocol'
import { isRecord } from '@mcp/protocol/light'
import type { CallRequest } from '../data/send-call.ts'

/** Arguments of a call: the params and, if the caller chooses it, the target. */
export type Arguments = Readonly<Record<string, unknown>>

/** Returns the name of an operation, such as `roots.readFile` or `tools.calculator.add`. */
export function operationName(server: string, operation: OperationDescription): string {
  const { target, operation: name } = operation
  return target === undefined || target === server
    ? `${server}.${name}`
    : `${server}.${target}.${name}`
}

/** Returns the name of the argument for the target. Undefined if the operation has a fixed target or none. */
export function targetArgument(operation: OperationDescription): string | undefined {
  const { target, targetKey, targetSchema, paramsSchema } = operation
  if (target !== undefined || targetSchema === undefined) return undefined
  const { properties } = paramsSchema
  return isRecord(properties) && targetKey in properties ? `${targetKey}_target` : targetKey
}

/** Returns the schema of the arguments, for a form. */
export function argumentsSchema(operation: OperationDescription): JsonSchema {
  const { paramsSchema, targetSchema, targetRequired } = operation
  const target = targetArgument(operation)
  if (target === undefined) return paramsSchema
  const { properties, required, ...rest } = paramsSchema
  const names = [...(targetRequired ? [target] : []), ...(Array.isArray(required) ? required : [])]
  return {
    ...rest,
    type: 'object',
    properties: { [target]: targetSchema, ...(isRecord(properties) ? properties : {}) },
    ...(names.length === 0 ? {} : { required: names }),
  }
}

/** Returns the request of a call. */
export function requestOf(operation: OperationDescription, args: Arguments): CallRequest {
  const { type, targetKey, operation: name } = operation
  const { target, params } = splitArguments(operation, args)
  return {
    type,
    payload: { ...(target === undefined ? {} : { [targetKey]: target }), operation: name, params },
  }
}

/** Splits arguments into the target and the params. */
export function splitArguments(operation: OperationDescription, args: Arguments) {
  const name = targetArgument(operation)
  if (name === undefined) return { target: operation.target, params: args }
  const { [name]: target, ...params } = args
  return { target, params }
}

/** Returns the arguments of an example. */
export function exampleArguments(
  operation: OperationDescription,
  { target, params }: OperationDescription['examples'][number],
): Arguments {
  const name = targetArgument(operation)
  return name === undefined || target === undefined ? params : { [name]: target, ...params }
}

/** Returns the arguments of a request, or undefined if it is not a request of the operation. */
export function requestArguments(
  operation: OperationDescription,
  payload: Readonly<Record<string, unknown>>,
): Arguments | undefined {
  const { params = {}, [operation.targetKey]: target } = payload
  if (payload['operation'] !== operation.operation || !isRecord(params)) return undefined
  const name = targetArgument(operation)
  return name === undefined || target === undefined ? params : { [name]: target, ...params }
}
