import type * as z from 'zod'

import type { HandlerContext } from '../server/handler-context.ts'
import type { MaybePromise, Operation, Schema } from './operation.ts'

/** One operation of a tool: what a contract says of it, and the function that does it. */
export interface ToolOperation<
  Params extends Schema = Schema,
  Result extends Schema = Schema,
> extends Operation<Params, Result> {
  // Method syntax on purpose: a tool of any params must fit a list of tools.
  run(params: z.output<Params>, context: HandlerContext): MaybePromise<z.output<Result>>
}

/** A tool: a name and its operations. */
export interface Tool<
  Name extends string = string,
  Operations extends Record<string, ToolOperation> = Record<string, ToolOperation>,
> {
  readonly name: Name
  readonly title: string
  readonly description: string
  readonly operations: Operations
}
