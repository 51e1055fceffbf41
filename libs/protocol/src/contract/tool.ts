import type * as z from 'zod'

import type { HandlerContext } from '../server/handler-context.ts'
import type { MaybePromise, Operation, Schema } from './operation.ts'

/** One operation of a tool: its declaration and its function. */
export interface ToolOperation<
  Params extends Schema = Schema,
  Result extends Schema = Schema,
> extends Operation<Params, Result> {
  // Method syntax makes the parameters bivariant, so that one list can hold tools with different
  // params.
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
