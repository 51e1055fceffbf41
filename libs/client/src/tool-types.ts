import type { Schema, Tool } from '@mcp/protocol'

import type { CallOptions } from './call-options.ts'
import type { Input, Output } from './schema-sides.ts'

/** The tools a client knows, by the name of each. */
export type ToolMap = Record<string, Tool>

/** Carries the types of tools; at run time it is empty. */
export interface ToolTypes<Tools extends ToolMap> {
  readonly tools?: Tools
}

/**
 * Names the tools whose calls are to be typed, without importing them at run time.
 *
 * @example
 * import type { calculator } from './calculator.ts'
 *
 * createClient({ url, tools: toolTypes<{ calculator: typeof calculator }>() })
 */
export function toolTypes<Tools extends ToolMap>(): ToolTypes<Tools> {
  return {}
}

type OperationsOf<Tools, Name> = Name extends keyof Tools
  ? Tools[Name] extends Tool<string, infer Operations>
    ? Operations
    : never
  : never

type OperationName<Tools, Name> = Name extends keyof Tools
  ? keyof OperationsOf<Tools, Name> & string
  : string

type ParamsOf<Tools, Name, Operation> =
  OperationsOf<Tools, Name> extends infer Operations
    ? Operation extends keyof Operations
      ? Operations[Operation] extends { readonly params: infer Params extends Schema }
        ? Input<Params>
        : Untyped
      : Untyped
    : Untyped

type ResultOf<Tools, Name, Operation> =
  OperationsOf<Tools, Name> extends infer Operations
    ? Operation extends keyof Operations
      ? Operations[Operation] extends { readonly result: infer Result extends Schema }
        ? Output<Result>
        : unknown
      : unknown
    : unknown

type Untyped = Readonly<Record<string, unknown>>

/** A call of a tool. */
export type ToolCall<Name, Operation, Params> = {
  readonly tool: Name
  readonly operation: Operation
} & (object extends Params ? { readonly params?: Params } : { readonly params: Params })

/** How tools are called: typed where the client knows the tool, open where it does not. */
export interface ToolsClient<Tools extends ToolMap> {
  // One signature: an overload for unknown tools would accept mistakes in calls of known ones.
  execute<
    const Name extends (keyof Tools & string) | (string & {}),
    const Operation extends OperationName<Tools, Name>,
  >(
    call: ToolCall<Name, Operation, ParamsOf<Tools, Name, Operation>>,
    options?: CallOptions,
  ): Promise<ResultOf<Tools, Name, Operation>>
}
