import type { Tool } from '@mcp/protocol'

import type { CallOptions } from './call-options.ts'
import type { Input, Output } from './schema-types.ts'

/** Tools by name. */
export type ToolMap = Record<string, Tool>

/** Passes the types of tools to the compiler. It is an empty object at run time. */
export interface ToolTypes<Tools extends ToolMap> {
  readonly tools?: Tools
}

/**
 * Declares the tools whose calls are typed, without importing them at run time.
 *
 * @example
 * import type { calculator } from './calculator.ts'
 *
 * createClient({ url, tools: toolTypes<{ calculator: typeof calculator }>() })
 */
export function toolTypes<Tools extends ToolMap>(): ToolTypes<Tools> {
  return {}
}

type OperationName<Tools extends ToolMap, Name> = Name extends keyof Tools
  ? keyof Tools[Name]['operations'] & string
  : string

// An operation of an unknown tool takes any object and returns an unknown value.
type OperationOf<Tools extends ToolMap, Name, Operation> = Name extends keyof Tools
  ? Operation extends keyof Tools[Name]['operations']
    ? Tools[Name]['operations'][Operation]
    : Open
  : Open

interface Open {
  readonly params: { readonly _zod: { readonly input: Readonly<Record<string, unknown>> } }
  readonly result: { readonly _zod: { readonly output: unknown } }
}

type ParamsOf<Tools extends ToolMap, Name, Operation> = Input<
  OperationOf<Tools, Name, Operation>['params']
>

type ResultOf<Tools extends ToolMap, Name, Operation> = Output<
  OperationOf<Tools, Name, Operation>['result']
>

type ToolCall<Name, Operation, Params> = {
  readonly tool: Name
  readonly operation: Operation
} & ({} extends Params ? { readonly params?: Params } : { readonly params: Params })

/** Calls tools. Calls of tools from {@link toolTypes} are typed. Other tools accept any params. */
export interface ToolsClient<Tools extends ToolMap> {
  // There is only one signature, because an overload for unknown tools would accept mistakes in
  // calls of known tools.
  execute<
    const Name extends (keyof Tools & string) | (string & {}),
    const Operation extends OperationName<Tools, Name>,
  >(
    call: ToolCall<Name, Operation, ParamsOf<Tools, Name, Operation>>,
    options?: CallOptions,
  ): Promise<ResultOf<Tools, Name, Operation>>
}
