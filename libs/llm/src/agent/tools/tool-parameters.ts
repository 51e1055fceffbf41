import type { JsonSchema, OperationDescription } from '@mcp/protocol'

import { flatSchema, propertiesOf, requiredOf } from './flat-schema.ts'

/** The arguments of a tool that calls an operation. */
export interface ToolParameters {
  /** Schema of the arguments. Its top level is one object with properties. */
  readonly schema: JsonSchema
  /** Name of the argument for the target, or undefined if the operation has a fixed target or none. */
  readonly targetArgument: string | undefined
}

/** Returns the parameters of a tool: the params of the operation and, if callers choose it, the target. */
export function toolParameters(operation: OperationDescription): ToolParameters {
  const { target, targetKey, targetSchema, targetRequired } = operation
  const params = flatSchema(operation.paramsSchema)
  if (target !== undefined || targetSchema === undefined) {
    return { schema: params, targetArgument: undefined }
  }
  const properties = propertiesOf(params)
  const targetArgument = Object.hasOwn(properties, targetKey) ? `${targetKey}_target` : targetKey
  const required = [...(targetRequired ? [targetArgument] : []), ...requiredOf(params)]
  return {
    schema: {
      ...params,
      properties: { [targetArgument]: targetSchema, ...properties },
      ...(required.length === 0 ? {} : { required }),
    },
    targetArgument,
  }
}

/** Splits the arguments of a call into the target, if the request has one, and the params. */
export function splitArguments(
  { target }: Pick<OperationDescription, 'target'>,
  targetArgument: string | undefined,
  args: Readonly<Record<string, unknown>>,
): { target: unknown; params: Readonly<Record<string, unknown>> } {
  if (targetArgument === undefined) return { target, params: args }
  const { [targetArgument]: chosen, ...params } = args
  return { target: chosen, params }
}
